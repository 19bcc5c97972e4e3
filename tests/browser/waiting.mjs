// waiting.mjs - waiting for a condition, never for a time.

const PAUSE_MS = 25;

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// Calls condition until it returns something true and returns that; throws after timeoutMs.  what: a string, or a function that tells how
// things stand.
export async function until(condition, what, timeoutMs = 20000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value)
      return value;
    if (Date.now() > end)
      throw new Error(`not within ${timeoutMs / 1000} s: ${typeof what === 'function' ? await what() : what}`);
    await pause(PAUSE_MS);
  }
}

// The same for what has to stay as it is: throws as soon as condition is no longer true, for `ms`.
export async function stays(condition, what, ms) {
  for (const end = Date.now() + ms; Date.now() < end; await pause(PAUSE_MS))
    if (!await condition())
      throw new Error(typeof what === 'function' ? await what() : what);
}
