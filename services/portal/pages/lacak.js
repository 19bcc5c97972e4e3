// lacak.js - the public page: how far a report is, by its tracking code.  Asks nothing else, keeps nothing.

import { announce, field, h, icon, show } from "./dom.js";
import { actLabel, dateTime, language, languageLoad, languageUse, say, stageName } from "./words.js";

const STEPS = ["received", "checked", "worked", "done"];
const STEP_OF = { received: 0, verifying: 1, rejected: 1, field_check: 2, in_progress: 2, awaiting_validation: 2, reopened: 2, done: 3 };

const main = document.getElementById("main");
let answer = null; // the last one
let code = "";
let problem = "";
let looks = 0;

// As a person types it: any case, with or without hyphens; the alphabet has no I, L, O, U.
function tidy(text) {
  const plain = text.toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/^JT/, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  return plain.length === 9 ? `JT-${plain.slice(0, 4)}-${plain.slice(4, 8)}-${plain.slice(8)}` : text.trim().toUpperCase();
}

async function look(text) {
  const mine = ++looks; // only the last question's answer is shown
  code = tidy(text);
  answer = null;
  problem = "";
  try {
    const got = await fetch(`/api/v1/track/${encodeURIComponent(code)}`, { cache: "no-store", credentials: "omit" });
    const found = got.ok ? await got.json() : null;
    if (mine !== looks) return;
    answer = found;
    if (got.ok) history.replaceState(null, "", `#${code}`);
    else problem = got.status === 429 ? "track_often" : got.status < 500 ? "track_unknown" : "no_connection";
  } catch {
    if (mine !== looks) return;
    problem = "no_connection";
  }
  draw();
  announce(answer === null ? say(problem) : stageName(answer.stage));
}

function steps(stage) {
  const reached = STEP_OF[stage] ?? 0;
  return h("section", {}, h("h2", {}, say("track_steps")), h("ol", { class: "track-steps" }, STEPS.map((step, i) =>
    h("li", { class: i <= reached ? "past" : "", "aria-current": i === reached ? "step" : null }, say(`step_${step}`)))));
}

function result() {
  const lines = [...answer.history ?? []].sort((a, b) => b.at_ms - a.at_ms);
  return [h("section", { class: "clock" }, h("p", { class: "code" }, answer.code ?? code), h("h2", { class: "clock-left" }, stageName(answer.stage)),
    h("p", {}, answer.topic_name), answer.agency_name && h("p", { class: "hint" }, say("track_with", { agency: answer.agency_name }))), steps(answer.stage), h("section", {}, h("h2", {}, say("history")), h("ol", { class: "timeline" }, lines.map((one) =>
    h("li", {}, h("time", { datetime: new Date(one.at_ms).toISOString() }, dateTime(one.at_ms)), h("strong", {}, actLabel(one.act)),
      one.text && h("p", { class: "words small" }, one.text))),
  h("li", {}, h("time", { datetime: new Date(answer.received_at_ms).toISOString() }, dateTime(answer.received_at_ms)), h("strong", {}, stageName("received")))))];
}

function other() {
  return h("button", {
    type: "button", class: "button", lang: language() === "id" ? "en" : "id", onclick: () => {
      languageUse(language() === "id" ? "en" : "id");
      localStorage.setItem("language", language());
      draw();
    },
  }, language() === "id" ? "English" : "Indonesia");
}

function draw() {
  document.documentElement.lang = language();
  document.title = `${say("track_title")} · Kentongan`;
  show(document.getElementById("top"), h("span", { class: "brand" }, h("img", { src: "/icon.svg", alt: "", width: "28", height: "28" }), h("span", {}, "Kentongan")),
    h("span", { class: "who" }), other());
  const input = h("input", { type: "text", name: "code", value: code, autocapitalize: "characters", autocomplete: "off", spellcheck: "false", required: true, maxlength: "30" });
  show(main, h("h1", {}, say("track_title")), answer === null && h("p", { class: "hint" }, say("track_intro")),
    h("form", { class: "stack", onsubmit: (event) => { event.preventDefault(); if (input.value.trim() !== "") look(input.value); } },
      field(say("track_code"), input, say("track_hint")),
      h("p", { class: "wrong", role: "alert" }, problem !== "" && icon("warn"), problem !== "" && say(problem)),
      h("button", { type: "submit", class: "button primary" }, h("span", {}, say("track")))),
    answer !== null && result(), h("p", {}, h("a", { href: "/" }, say("to_officers"))));
}

languageLoad();
const theme = localStorage.getItem("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
const given = location.hash.slice(1) || new URLSearchParams(location.search).get("code") || new URLSearchParams(location.search).get("k") || "";
draw();
if (given !== "") look(decodeURIComponent(given));
