// Everything here is a comfort: each page works, more plainly, without it.
"use strict";

// ---------------------------------------------------------------- a form is sent once
document.addEventListener("submit", (event) => {
  const form = event.target;
  // "again": the answer is a file, and the page stays as it is.
  if (event.defaultPrevented || form.hasAttribute("hx-post") || form.hasAttribute("data-again")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (!button) return;
  button.setAttribute("aria-disabled", "true");
  if (!button.dataset.busy) return;
  button.dataset.idle = button.textContent;
  button.textContent = button.dataset.busy;
});

// A page that comes back from the browser's own cache may be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) {
      button.removeAttribute("aria-disabled");
      if (button.dataset.idle) button.textContent = button.dataset.idle;
    }
  }
});

// ---------------------------------------------------------------- the menu closes as menus do
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" ? document.querySelector(".menu[open]") : null;
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// ---------------------------------------------------------------- a passkey that was not used
document.addEventListener("allauth.error", (event) => {
  const trouble = document.querySelector("#passkey-trouble");
  if (!trouble) return;
  event.preventDefault();
  trouble.hidden = false;
});

// ---------------------------------------------------------------- the dropped photo
const dropZone = (target) => (target instanceof Element ? target.closest(".drop") : null);

for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => dropZone(event.target)?.classList.add("over"));
}
for (const name of ["dragleave", "drop"]) {
  document.addEventListener(name, (event) => dropZone(event.target)?.classList.remove("over"));
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches(".drop input[type=file]")) return;
  const drop = input.closest(".drop");
  const file = input.files[0];
  const said = drop.querySelector("[data-file-name]");
  const preview = drop.querySelector("[data-preview]");
  if (said) said.textContent = file ? file.name : said.dataset.fileName;
  if (preview) {
    if (preview.src) URL.revokeObjectURL(preview.src);
    preview.hidden = !file;
    if (file) {
      preview.onerror = () => { preview.hidden = true; };
      preview.src = URL.createObjectURL(file);
    } else preview.removeAttribute("src");
  }
  // Another photo has other faces: a choice made for the old one must not be sent with it.
  if (input.name === "photo") document.querySelector("#faces")?.replaceChildren();
});

// ---------------------------------------------------------------- several faces: click the one
document.addEventListener("click", (event) => {
  const box = event.target instanceof Element ? event.target.closest(".face-box") : null;
  if (!box) return;
  const radio = document.getElementById(box.dataset.radio);
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
});

document.addEventListener("change", (event) => {
  if (event.target.name !== "face_index") return;
  for (const box of document.querySelectorAll(".face-box")) {
    box.classList.toggle("chosen", box.dataset.radio === event.target.id);
  }
});

// ---------------------------------------------------------------- how much was typed
document.addEventListener("input", (event) => {
  const counter = document.querySelector(`[data-counts="${event.target.id}"]`);
  if (!counter) return;
  const length = [...event.target.value.trim()].length;
  counter.textContent = `${length.toLocaleString("en")} ${length === 1 ? "character" : "characters"}`;
});

// ---------------------------------------------------------------- copy a link
document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // an address without https has no clipboard
  }
  button.textContent = "Copied";
});

// ---------------------------------------------------------------- what htmx is doing
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.querySelector?.("progress[data-upload]");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = (100 * event.detail.loaded) / event.detail.total;
});

// Only a form that is sent has busy buttons: a part of a page that asks for itself again may hold forms of its own.
const sendButtons = (form) =>
  form instanceof HTMLFormElement ? form.querySelectorAll("button[type=submit][data-busy]") : [];

document.addEventListener("htmx:beforeRequest", (event) => {
  for (const button of sendButtons(event.target)) {
    button.dataset.idle = button.textContent;
    button.textContent = button.dataset.busy;
    button.disabled = true;
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  for (const button of sendButtons(event.target)) {
    if (button.dataset.idle) button.textContent = button.dataset.idle;
    button.disabled = false;
  }
  for (const bar of document.querySelectorAll("progress[data-upload]")) bar.hidden = true;
});

const TOO_LARGE = 413;

function showTrouble(event) {
  const trouble = document.querySelector("#trouble");
  if (!trouble) return;
  trouble.dataset.silence ??= trouble.textContent;
  // Only this answer is written for a person who looks at a part of a page.
  const told = event.detail.xhr?.status === TOO_LARGE;
  trouble.textContent = told ? event.detail.xhr.responseText : trouble.dataset.silence;
  trouble.hidden = false;
  if (event.target instanceof HTMLFormElement) trouble.scrollIntoView({ block: "center" });
}

document.addEventListener("htmx:sendError", showTrouble);
// htmx calls an answer with an error "loaded" too, and a 422 is one that is shown.
document.addEventListener("htmx:afterOnLoad", (event) => {
  const trouble = document.querySelector("#trouble");
  const status = event.detail.xhr.status;
  if (status >= 400 && status !== 422) showTrouble(event);
  else if (trouble) trouble.hidden = true;
});
