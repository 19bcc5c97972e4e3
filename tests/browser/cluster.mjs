// cluster.mjs - the whole of Kentongan as processes of its own (bridge.py), from the side of the test.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Lines } from './lines.mjs';
import { until } from './waiting.mjs';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const START_MS = 120000;

export class Cluster {
  // origin: where phones find the portal.  reroute: environment of reroute.c.  folder: for what is compiled.
  static async open(origin, reroute, folder) {
    const cluster = new Cluster();
    const library = `${folder}/reroute.so`;
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, here('./reroute.c'), '-ldl']);
    cluster.waiting = new Map();
    cluster.lines = new Lines('/usr/bin/python3', [here('./bridge.py'), origin, library], (said) => cluster.#hear(said),
      { env: { ...process.env, ...reroute } });
    cluster.lines.ended.then(() => { cluster.ended = true; });
    await until(() => cluster.up || cluster.ended, 'the cluster is up', START_MS);
    if (!cluster.up)
      throw new Error('the cluster did not start');
    for (const name of ['cli', 'query', 'publish', 'kill', 'logs', 'add_person'])
      cluster[name] = (...words) => cluster.#call(name, words);
    return cluster;
  }

  #hear(said) {
    if (said.up) {
      this.up = said.up;
      return;
    }
    const { done, failed } = this.waiting.get(said.id);
    this.waiting.delete(said.id);
    said.error ? failed(new Error(said.error)) : done(said.result);
  }

  #call(name, words) {
    const id = this.last = (this.last ?? 0) + 1;
    return new Promise((done, failed) => {
      this.waiting.set(id, { done, failed });
      this.lines.say({ id, call: name, with: words });
    });
  }

  // The first value of the first row; undefined when there is none.
  async value(sql, parameters) {
    return (await this.query(sql, parameters))[0]?.[0];
  }

  close() {
    return this.lines.close();
  }
}
