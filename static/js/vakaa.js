// Small comforts. Every page works without this file; nothing here decides anything.
(() => {
  "use strict";

  const SENT_AGAIN_AFTER_MS = 10000;
  const page = document.documentElement;
  page.classList.add("govuk-frontend-supported"); // govuk-frontend's own name; its style sheet waits for it

  const all = (root, selector) => [
    ...(root.matches && root.matches(selector) ? [root] : []),
    ...root.querySelectorAll(selector),
  ];

  // --- Focus: on the error summary or message of a page just loaded, and from a summary link to its field.

  const focusMessage = (root) => {
    const message = all(root, "[data-vk-focus]")[0];
    if (message) message.focus();
    return Boolean(message);
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest(".govuk-error-summary a[href^='#']");
    const target = link && document.getElementById(link.hash.slice(1));
    if (!target) return;
    event.preventDefault();
    const group = target.closest(".govuk-form-group") || target;
    group.scrollIntoView();
    target.focus({ preventScroll: true });
  });

  // --- Files chosen in one form would be lost when another is sent: that is said first.

  const unsent = (form) =>
    [...document.querySelectorAll("[data-vk-unsent]")].find((input) => input.files.length && input.form !== form);

  // --- A form is sent once. The button stays enabled, so that its value is sent and its name can be read.

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    const button = event.submitter;
    if (button && !button.hasAttribute("data-vk-once")) return;
    const left = form.closest("main") && unsent(form);
    if (left) {
      event.preventDefault();
      const folded = left.closest("details");
      if (folded) folded.open = true;
      tell(left, "vk-unsent", left.dataset.vkUnsent);
      left.focus();
      return;
    }
    if (form.dataset.vkSent && Date.now() - Number(form.dataset.vkSent) < SENT_AGAIN_AFTER_MS) {
      event.preventDefault();
      return;
    }
    form.dataset.vkSent = String(Date.now());
    for (const input of form.querySelectorAll("[data-vk-files]")) {
      if (input.files.length) tell(input, "vk-sending", input.dataset.vkSending);
    }
  });

  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-vk-sent]")) delete form.dataset.vkSent;
    for (const line of document.querySelectorAll(".vk-sending")) line.remove();
  });

  // --- Files: their names and sizes before sending, and a word while they are on the way.

  const tell = (input, name, text) => {
    let line = input.parentElement.querySelector("." + name);
    if (!line) {
      line = document.createElement("p");
      line.className = name;
      line.setAttribute("role", "status");
      input.parentElement.append(line);
    }
    line.textContent = text;
  };

  const size = (bytes, words) =>
    bytes < 1e6
      ? words.vkKb.replace("{size}", Math.max(1, Math.round(bytes / 1e3)))
      : words.vkMb.replace("{size}", (bytes / 1e6).toFixed(1).replace(".", ","));

  const listFiles = (input) => {
    for (const old of input.parentElement.querySelectorAll(".vk-files, .vk-unsent")) old.remove();
    if (!input.files.length) return;
    const list = document.createElement("ul");
    list.className = "vk-files";
    list.setAttribute("role", "status");
    for (const file of input.files) {
      const item = document.createElement("li");
      const big = input.dataset.vkMax && file.size > Number(input.dataset.vkMax);
      item.textContent = `${file.name}, ${size(file.size, input.dataset)}${big ? ". " + input.dataset.vkBig : ""}`;
      if (big) item.className = "vk-files__big";
      list.append(item);
    }
    input.after(list);
  };

  // --- How many characters are left. Written at once for the eye; spoken when typing pauses.

  const count = (area) => {
    const line = document.getElementById(area.id + "-count");
    if (!line) return;
    const left = Number(area.dataset.vkLimit) - area.value.length;
    const count = String(Math.abs(left)).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    line.textContent = (left < 0 ? area.dataset.vkOver : area.dataset.vkLeft).replace("{count}", count);
    line.classList.toggle("vk-count--over", left < 0);
  };

  // --- What belongs to a choice is shown when it is chosen.

  const reveal = (input) => {
    const part = document.getElementById(input.dataset.ariaControls);
    if (!part) return;
    part.classList.toggle(`govuk-${input.type === "radio" ? "radios" : "checkboxes"}__conditional--hidden`, !input.checked);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-vk-limit]")) count(event.target);
  });

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.matches("[data-vk-files]")) listFiles(input);
    if (!input.matches("[type=radio], [type=checkbox]")) return;
    for (const each of all(input.form || document, "[data-aria-controls]")) {
      if (each === input || each.name === input.name) reveal(each);
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest && event.target.closest("[data-vk-print]")) window.print();
  });

  const prepare = (root) => {
    for (const area of all(root, "[data-vk-limit]")) {
      const line = document.getElementById(area.id + "-count");
      if (line) line.setAttribute("aria-live", "polite");
      if (area.value) count(area);
    }
    for (const input of all(root, "[data-aria-controls]")) reveal(input);
  };

  // --- htmx: after a swap focus goes to the message or to the heading of the result; a failure is said aloud.

  document.addEventListener("htmx:load", (event) => {
    const root = event.detail.elt;
    if (root === document.body) return; // the page itself; see start
    prepare(root);
    if (focusMessage(root)) return;
    const heading = all(root, "[data-vk-result]")[0];
    if (heading) {
      heading.tabIndex = -1;
      heading.focus();
    }
  });

  const live = () => document.getElementById("vk-live");
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => {
      if (live()) live().textContent = live().dataset.vkFailed;
    });
  }
  document.addEventListener("htmx:beforeRequest", () => {
    if (live()) live().textContent = "";
  });

  const start = () => {
    prepare(document.body);
    focusMessage(document.body);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
