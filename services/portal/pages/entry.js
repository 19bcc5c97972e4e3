// entry.js - logging in and out, language and colours.

import { button, field, h, icon, sheet, show } from "./dom.js";
import { Away, Refused, end, plain, request } from "./net.js";
import * as outbox from "./outbox.js";
import * as store from "./store.js";
import { language, languageSet, say } from "./words.js";

const THEMES = ["auto", "light", "dark"];
const LEAVING = "leaving"; // kept: the CSRF token of a log-out that the server has not heard of
const SOON_MS = 2000;
const TRIES_MOST = 6;

export function theme() {
  return localStorage.getItem("theme") ?? "auto";
}

export function themeApply() {
  const chosen = theme();
  if (chosen === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

// Keeps what a log-in answered.  What another person left here goes, but for what he has not sent yet.
export async function keep(me) {
  const before = await store.get("kept", "me");
  if (before !== undefined && before.person.id !== me.person.id) await store.forget({ keepUnsent: true });
  await store.put("kept", me, "me");
  await store.put("kept", me.csrf, "csrf");
  if (localStorage.getItem("language") === null && me.person.language) await languageSet(me.person.language);
}

function problem(error) {
  if (error instanceof Away) return error.retryMs > 0 ? say("too_often", { n: Math.ceil(error.retryMs / 1000) }) : say("no_connection");
  return error.status === 401 ? say(error.code === "wrong_login" ? "wrong_login" : "wrong_code") : error.message;
}

// Many who log in at once are told to come again soon: that much is waited here.
async function openSession(body) {
  for (let tries = 1; ; tries++) {
    try {
      return await plain("POST", "session", body);
    } catch (error) {
      if (!(error instanceof Away) || error.retryMs === 0 || error.retryMs > SOON_MS || tries === TRIES_MOST) throw error;
      await new Promise((resolve) => { setTimeout(resolve, error.retryMs * (0.5 + Math.random())); });
    }
  }
}

// Resolves to me, or null after saying what is wrong in the element.
async function logIn(body, wrong) {
  try {
    const me = await openSession(body);
    await store.remove("kept", LEAVING);
    await keep(me);
    return me;
  } catch (error) {
    if (!(error instanceof Away || error instanceof Refused)) throw error;
    wrong.textContent = problem(error);
    return null;
  }
}

// code: of an enrolment, from the link.  done(me) is called once.
export function open(view, code, done) {
  const wrong = h("p", { class: "wrong", role: "alert" });
  const name = h("input", { type: "text", name: "username", autocomplete: "username", autocapitalize: "none", spellcheck: "false", required: true });
  const password = h("input", { type: "password", name: "password", autocomplete: "current-password", required: true });
  const go = h("button", { type: "submit", class: "button primary" }, h("span", {}, say("log_in")));
  const attempt = async (body) => {
    go.disabled = true;
    wrong.textContent = "";
    const me = await logIn(body, wrong);
    go.disabled = false;
    if (me !== null) done(me);
    return me;
  };
  const form = h("form", {
    class: "stack", onsubmit: (event) => {
      event.preventDefault();
      if (name.value.trim() === "" || password.value === "") wrong.textContent = say("fill_both");
      else attempt({ name: name.value.trim().toLowerCase(), password: password.value });
    },
  }, field(say("user_name"), name), field(say("password"), password), wrong, go);

  show(view, h("div", { class: "lone" }, h("img", { class: "mark", src: "/icon.svg", alt: "", width: "72", height: "72" }),
    h("h1", { tabindex: "-1" }, "Kentongan"), h("p", { class: "hint" }, say("for_officers")),
    code === null ? form : h("div", { class: "stack" }, h("p", {}, say("enrolling")),
      button(say("log_in_here"), async () => { if ((await attempt({ enrolment: code })) === null) show(view.querySelector(".lone"), form); }, { kind: "primary" }), wrong),
    switches(() => open(view, code, done)), h("p", {}, h("a", { href: "/lacak" }, say("to_track")))));
  (code === null ? name : view.querySelector("h1")).focus({ preventScroll: true });
}

function choice(label, options, chosen, choose) {
  return h("div", { class: "field" }, h("span", { class: "label" }, label), h("div", { class: "tabs", role: "group", "aria-label": label }, options.map(([value, name]) =>
    h("button", { type: "button", "aria-pressed": String(value === chosen), lang: value === "en" || value === "id" ? value : null, onclick: () => choose(value) }, name))));
}

function switches(redraw) {
  return h("div", { class: "switches" },
    choice(say("language"), [["id", "Indonesia"], ["en", "English"]], language(), async (value) => { await languageSet(value); redraw(); }),
    choice(say("colours"), THEMES.map((one) => [one, say(`theme_${one}`)]), theme(), (value) => {
      localStorage.setItem("theme", value);
      themeApply();
      redraw();
    }));
}

// Resolves to false when the server could not be asked; true: it has it no more, be it since before.
async function gone(path) {
  try {
    await request("DELETE", path);
  } catch (error) {
    if (error instanceof Away) return false;
    if (!(error instanceof Refused)) throw error;
  }
  return true;
}

// Asks first when something waits.  stopRinging(): lets no push reach this browser any more.  leaves(): called before what is kept is
// deleted; nothing of what was asked for may be kept after it.  Resolves to true when it happened.
async function logOut(me, { leaves, stopRinging }) {
  const waiting = (await outbox.rows(me.person.id)).length;
  const quiet = h("input", { type: "checkbox", id: "quiet" });
  const rings = (await store.get("kept", "device")) !== undefined;
  const sure = await sheet(say("log_out"), (close) => [
    waiting > 0 && h("p", { class: "wrong" }, icon("warn"), say("unsent_would_go", { n: waiting })),
    h("p", {}, say("log_out_sure")),
    rings && h("label", { class: "tick-box", for: "quiet" }, quiet, h("span", {}, say("stop_ringing"))),
    h("div", { class: "row" }, button(say("cancel"), () => close(false)), button(say("log_out"), () => close(true), { kind: "danger" }))]);
  if (!sure) return false;
  const device = await store.get("kept", "device");
  if (quiet.checked) await stopRinging().catch(() => {}); // the server can take it off the list nonetheless
  if (quiet.checked && device !== undefined) await gone(`devices/${device}`);
  const away = !await gone("session");
  const csrf = await store.get("kept", "csrf");
  leaves();
  await store.forget();
  if (away && csrf !== undefined) await store.put("kept", csrf, LEAVING);
  return true;
}

// Tells the server of a log-out without a connection.  Until it has heard of it nobody is logged in here, whatever the cookie says.
// Resolves to true while it has not.
export async function leaving() {
  const csrf = await store.get("kept", LEAVING);
  if (csrf === undefined) return false;
  try {
    await end(csrf);
  } catch (error) {
    if (error instanceof Away) return true;
    if (!(error instanceof Refused)) throw error; // it is over already
  }
  await store.remove("kept", LEAVING);
  return false;
}

export function settings(view, me, { redraw, leaves, left, stopRinging }) {
  show(view, h("h1", { tabindex: "-1" }, say("settings")),
    h("section", {}, h("h2", {}, me.person.full_name), h("p", {}, me.person.agency_name || me.person.agency), h("p", { class: "hint" }, `${say(`role_${me.person.role}`)} · ${me.person.name}`)),
    h("section", {}, switches(redraw)),
    h("section", {}, button(say("log_out"), async () => { if (await logOut(me, { leaves, stopRinging })) left(); }, { name: "out", kind: "wide" }),
      h("p", { class: "hint" }, say("log_out_hint"))),
    h("p", { class: "hint" }, h("a", { href: "/lacak" }, say("to_track"))));
}
