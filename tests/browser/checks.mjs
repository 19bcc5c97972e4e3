// checks.mjs - what was looked at, and the closing line that tests/run counts.

let passed = 0;
let failed = 0;

// One sentence that has to be true.
export function check(sentence, holds, seen) {
  holds ? passed++ : failed++;
  const more = seen === undefined ? '' : `: ${typeof seen === 'string' ? seen : JSON.stringify(seen)}`;
  console.log(`${holds ? 'ok    ' : 'FAILED'} ${sentence}${more}`);
}

// A part of the story: what it throws is one failure.  Returns what it returns, or undefined when it failed.
export async function part(name, story) {
  console.log(`\n${name}`);
  const since = Date.now();
  try {
    return await story();
  } catch (error) {
    check(`${name} came to its end`, false, error.stack);
    return undefined;
  } finally {
    console.log(`       ${((Date.now() - since) / 1000).toFixed(1)} s`);
  }
}

export const note = (words) => console.log(`       ${words}`);

// Prints the closing line; returns the exit code.
export function conclude() {
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
