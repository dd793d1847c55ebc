// Points on a picture: dragged by mouse or finger, moved by the arrow keys, written into the form's number fields.
"use strict";

const TRIAL_DELAY_MS = 250;
const STEP_PX = 1;
const BIG_STEP_PX = 10;

class Placer {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.width = Number(root.dataset.width);
    this.height = Number(root.dataset.height);
    this.photo = root.querySelector(".photo");
    this.handles = [...root.querySelectorAll("[data-handle]")];
    this.timer = 0;
    this.asking = null;
    for (const handle of this.handles) this.enliven(handle);
    root.addEventListener("input", (event) => this.typed(event));
    this.show();
    this.askSoon();
  }

  field(name, axis) {
    return this.root.querySelector(`[data-point="${name}"][data-axis="${axis}"]`);
  }

  place(name) {
    const [x, y] = ["x", "y"].map((axis) => parseFloat(this.field(name, axis).value));
    return Number.isFinite(x) && Number.isFinite(y) ? [x, y] : null;
  }

  move(name, x, y) {
    const inside = [Math.min(Math.max(x, 0), this.width - 1), Math.min(Math.max(y, 0), this.height - 1)];
    this.field(name, "x").value = inside[0].toFixed(1);
    this.field(name, "y").value = inside[1].toFixed(1);
    this.show();
    this.askSoon();
  }

  enliven(handle) {
    const name = handle.dataset.handle;
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      event.preventDefault();
      handle.focus();
      handle.setPointerCapture(event.pointerId);
      const place = this.place(name) || [this.width / 2, this.height / 2];
      const at = this.onPicture(event);
      handle.grab = [place[0] - at[0], place[1] - at[1]];
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.grab || !handle.hasPointerCapture(event.pointerId)) return;
      const at = this.onPicture(event);
      this.move(name, at[0] + handle.grab[0], at[1] + handle.grab[1]);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      handle.addEventListener(end, () => { handle.grab = null; });
    }
    handle.addEventListener("keydown", (event) => {
      const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      const way = ways[event.key];
      if (!way) return;
      event.preventDefault();
      const step = event.shiftKey ? BIG_STEP_PX : STEP_PX;
      const place = this.place(name) || [this.width / 2, this.height / 2];
      this.move(name, place[0] + step * way[0], place[1] + step * way[1]);
    });
  }

  onPicture(event) {
    const frame = this.photo.getBoundingClientRect();
    return [
      ((event.clientX - frame.left) / frame.width) * this.width,
      ((event.clientY - frame.top) / frame.height) * this.height,
    ];
  }

  typed(event) {
    const size = event.target.dataset.eyeSize;
    if (size) {
      this.form.elements[size].value = event.target.value === "0" ? "" : event.target.value;
      // One without the other is no size: the other begins with the same.
      const other = this.form.elements[size === "eye_width" ? "eye_height" : "eye_width"];
      if (event.target.value === "0") other.value = "";
      else if (!other.value) other.value = event.target.value;
      for (const range of this.root.querySelectorAll("[data-eye-size]")) {
        range.value = this.form.elements[range.dataset.eyeSize].value || 0;
      }
    }
    this.show();
    this.askSoon();
  }

  show() {
    for (const handle of this.handles) {
      const place = this.place(handle.dataset.handle);
      if (!place) continue;
      handle.style.left = `${(100 * place[0]) / this.width}%`;
      handle.style.top = `${(100 * place[1]) / this.height}%`;
    }
    this.draw();
  }

  draw() {
    const right = this.place("right_eye");
    const left = this.place("left_eye");
    const between = right && left ? Math.hypot(left[0] - right[0], left[1] - right[1]) : 0;
    const wide = parseFloat(this.form.elements.eye_width.value) || 0.46 * between;
    const tall = parseFloat(this.form.elements.eye_height.value) || 0.2 * between;
    for (const eye of this.root.querySelectorAll("[data-eye]")) {
      const place = this.place(eye.dataset.eye);
      if (!place) continue;
      eye.setAttribute("cx", place[0]);
      eye.setAttribute("cy", place[1]);
      eye.setAttribute("rx", wide / 2);
      eye.setAttribute("ry", tall / 2);
    }
    const names = ["mouth_right", "mouth_top", "mouth_left", "mouth_bottom"];
    const [from, top, to, bottom] = names.map((name) => this.place(name));
    if (from && to) {
      const curve = (middle) => {
        if (!middle) return `L ${to[0]} ${to[1]}`;
        const control = [0, 1].map((axis) => 2 * middle[axis] - (from[axis] + to[axis]) / 2);
        return `Q ${control[0]} ${control[1]} ${to[0]} ${to[1]}`;
      };
      const lips = `M ${from[0]} ${from[1]} ${curve(top)} M ${from[0]} ${from[1]} ${curve(bottom)}`;
      this.root.querySelector("[data-lips]").setAttribute("d", lips);
    }
  }

  askSoon() {
    if (!this.root.dataset.trial) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), TRIAL_DELAY_MS);
  }

  async ask() {
    if (this.asking) this.asking.abort();
    const asking = new AbortController();
    this.asking = asking;
    const picture = document.querySelector("[data-trial-picture]");
    const words = document.querySelector("[data-trial-words]");
    picture.classList.add("stale");
    try {
      const body = new FormData(this.form);
      const answer = await fetch(this.root.dataset.trial, { method: "POST", body, signal: asking.signal });
      if (answer.status === 503) this.askSoon();
      else if (answer.ok) {
        const address = URL.createObjectURL(await answer.blob());
        if (picture.src) URL.revokeObjectURL(picture.src);
        picture.src = address;
        picture.hidden = false;
        picture.classList.remove("stale");
        words.dataset.silence ??= words.textContent;
        words.textContent = words.dataset.silence;
      } else if (answer.status === 422) {
        words.dataset.silence ??= words.textContent;
        words.textContent = await answer.text();
      }
    } catch (error) {
      if (error.name !== "AbortError") words.textContent = "The server did not answer. It is asked again when you move a point.";
    } finally {
      if (this.asking === asking) this.asking = null;
    }
  }
}

function placeAll(within) {
  for (const root of within.querySelectorAll("[data-placer]:not([data-placed])")) {
    root.dataset.placed = "yes";
    new Placer(root);
  }
}
placeAll(document);
document.addEventListener("htmx:load", (event) => placeAll(event.detail.elt.parentElement || document));
