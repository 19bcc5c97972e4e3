// store.js - what this phone keeps, in IndexedDB.  The app and its service worker share it.
//
//     kept     one value a name: me, csrf, list:open .., language, what belongs to the log-in
//     tickets  tickets that were opened, by code, for reading without a connection
//     outbox   acts that wait for the server, in the order in which they were done
//     errands  one-time tokens that wait for the server: received, seen, acknowledge
//     notices  the latest notice of each ticket, by ticket
//     shown    which (notice, step) was shown before
//
// Of it only errands and shown survive a log-out (store.forget()): a tap on TERIMA leaves all the same, in the name of whose phone it was.

const STORES = {
  kept: {}, tickets: { keyPath: "code" }, outbox: { keyPath: "seq", autoIncrement: true },
  errands: { keyPath: "id" }, notices: { keyPath: "tag" }, shown: { keyPath: "id" },
};
const SHOWN_MOST = 2000;

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("kentongan", 1);
    request.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) request.result.createObjectStore(name, options);
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opening = null; };
      request.result.onclose = () => { opening = null; };
      resolve(request.result);
    };
    request.onerror = () => { opening = null; reject(request.error); };
  });
  return opening;
}

// Runs work(store) in one transaction and resolves to its request's result once everything is on disk.
async function run(name, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(name, mode, { durability: "strict" });
    const request = work(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error ?? request?.error);
  });
}

export const get = (name, key) => run(name, "readonly", (store) => store.get(key));
export const all = (name) => run(name, "readonly", (store) => store.getAll());
export const put = (name, value, key) => run(name, "readwrite", (store) => store.put(value, key));
export const remove = (name, key) => run(name, "readwrite", (store) => store.delete(key));

// Changes one row: edit(row) returns the new one, or undefined for no change.  Resolves to what is stored after it.
export async function change(name, key, edit) {
  let after;
  await run(name, "readwrite", (store) => {
    const request = store.get(key);
    request.onsuccess = () => {
      after = request.result;
      const edited = edit(after);
      if (edited !== undefined) {
        after = edited;
        store.put(edited, ...(store.keyPath === null ? [key] : []));
      }
    };
    return request;
  });
  return after;
}

// True for exactly one caller for each id, of all workers and windows.
export async function first(id) {
  try {
    await run("shown", "readwrite", (store) => store.add({ id, at: Date.now() }));
  } catch (error) {
    if (error?.name === "ConstraintError") return false;
    throw error;
  }
  return true;
}

// Forgets what was shown longest ago.
export async function trim() {
  const rows = await all("shown");
  if (rows.length <= SHOWN_MOST) return;
  rows.sort((a, b) => a.at - b.at);
  await run("shown", "readwrite", (store) => {
    for (const row of rows.slice(0, rows.length - SHOWN_MOST / 2)) store.delete(row.id);
  });
}

// Deletes what belongs to a person.  One-time tokens that wait for the server stay, as they need no log-in; with keepUnsent, acts, too.
export async function forget({ keepUnsent = false } = {}) {
  for (const name of Object.keys(STORES)) {
    if (name === "shown" || name === "errands" || (keepUnsent && name === "outbox")) continue;
    await run(name, "readwrite", (store) => store.clear());
  }
}
