// accept.js - TERIMA: the one big button that answers a notice with the token that came with it.
//
// It needs no log-in, and works where notifications have no buttons of their own.

import { h, icon, show, toast } from "./dom.js";
import * as outbox from "./outbox.js";
import { say } from "./words.js";

// expired(): what to do instead when the token is no longer good; null: only say so.
export function acceptButton(notice, expired = null) {
  const press = async (event) => {
    event.currentTarget.disabled = true;
    const state = await outbox.acknowledge(notice);
    if (state === "expired" && expired !== null) return expired();
    return toast(say(`accept_${state}`), { kind: state === "expired" ? "bad" : "good" });
  };
  return h("button", { type: "button", class: "button primary accept rings", onclick: press }, icon("check"), h("span", {}, say("accept")));
}

// Without a log-in: what the notice itself said, and the button.
export function fromNotice(notice, view) {
  show(view, h("section", { class: "lone" }, h("h1", {}, notice.title), h("p", {}, notice.body),
    notice.state === "waiting" ? acceptButton(notice)
      : h("p", { class: "good" }, icon("check"), say(notice.state === "sending" ? "accept_waiting" : notice.state === "expired" ? "accept_expired" : "accepted_here")),
    h("a", { class: "button wide", href: "#/masuk" }, say("log_in_to_open"))));
}
