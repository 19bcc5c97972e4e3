// lines.mjs - a program that speaks JSON, one object a line.
import { spawn } from 'node:child_process';
import readline from 'node:readline';

export class Lines {
  // on: called with each object that it says.
  constructor(command, words, on, options = {}) {
    this.process = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'], ...options });
    this.ended = new Promise((done) => this.process.on('exit', done));
    readline.createInterface({ input: this.process.stdout }).on('line', (line) => on(JSON.parse(line)));
  }

  say(object) {
    this.process.stdin.write(JSON.stringify(object) + '\n');
  }

  // Closes its standard input, which ends it.
  async close() {
    this.process.stdin.end();
    await this.ended;
  }
}
