// A clip plays while it is being made: the pieces that are there go to the player one after the other. Where a browser
// cannot do that, the bar says how far it is. When the clip is ready, its player goes on where the preview was.
"use strict";

const ASK_MS = 300;
const KEPT_FOR_MS = 15_000;
const END_SECONDS = 0.1; // sound and picture do not end at the same moment
const KEPT = "likeness-preview";
// An iPhone has the managed kind alone.
const Source = window.ManagedMediaSource ?? window.MediaSource;

const later = (ms) => new Promise((done) => { setTimeout(done, ms); });
const once = (target, name) => new Promise((done) => { target.addEventListener(name, done, { once: true }); });

// What a player must be able to play: profile and level stand in the first piece's box "avcC" (RFC 6381).
function typeOf(piece) {
  const head = piece.subarray(0, 4096);
  const at = new TextDecoder("latin1").decode(head).indexOf("avcC");
  const level = [...head.subarray(at + 5, at + 8)].map((byte) => byte.toString(16).padStart(2, "0"));
  return at < 0 ? "" : `video/mp4; codecs="avc1.${level.join("")},mp4a.40.2"`;
}

class Preview {
  constructor(box) {
    this.box = box;
    this.video = box.querySelector("video");
    this.sound = box.querySelector("[data-sound]");
    this.attempt = 0;
    this.taken = 0;
    this.source = null;
    this.buffer = null;
    this.sound.addEventListener("click", () => { this.video.muted = false; });
    this.video.addEventListener("volumechange", () => { this.sound.hidden = !this.video.muted; });
    window.addEventListener("pagehide", () => this.remember());
  }

  async follow() {
    for (;;) {
      const answer = await this.asked("");
      if (answer?.gone) break;
      if (answer) await this.catchUp(await answer.json());
      await later(ASK_MS);
    }
    const wasSeen = this.attempt > 0;
    this.remember();
    this.stop();
    // Ready, cancelled, or not to be shown any more: the page says which.
    if (wasSeen) window.location.reload();
  }

  // The answer, null where there is none just now, or "gone".
  async asked(path) {
    try {
      const answer = await fetch(this.box.dataset.preview + path, { cache: "no-store", redirect: "manual" });
      if (answer.ok) return answer;
      return answer.status < 500 ? { gone: true } : null; // 0: sent to the log-in
    } catch {
      return null; // the server is away; the page says so
    }
  }

  async catchUp(told) {
    if (this.attempt && told.attempt !== this.attempt) this.stop(); // lost with its worker, and begun again
    while (this.taken < told.pieces) {
      const answer = await this.asked(`${told.attempt}/${this.taken}/`);
      if (!answer || answer.gone) return; // asked for once more, or known to be gone, with the next question
      const piece = new Uint8Array(await answer.arrayBuffer());
      if (this.taken === 0) await this.begin(piece, told.attempt);
      await this.append(piece);
      if (this.taken === 1) this.show();
    }
  }

  async begin(piece, attempt) {
    const type = typeOf(piece);
    if (!Source.isTypeSupported(type)) throw new DOMException(type, "NotSupportedError");
    this.attempt = attempt;
    this.source = new Source();
    this.video.disableRemotePlayback = true; // the managed kind plays nothing otherwise
    this.video.src = URL.createObjectURL(this.source);
    await once(this.source, "sourceopen");
    this.buffer = this.source.addSourceBuffer(type);
  }

  async append(piece) {
    const done = once(this.buffer, "updateend");
    this.buffer.appendBuffer(piece);
    await done;
    this.taken += 1;
    const { buffered } = this.buffer;
    if (buffered.length && this.source.duration - buffered.end(buffered.length - 1) < END_SECONDS) {
      this.source.endOfStream();
    }
  }

  show() {
    this.box.classList.replace("waiting", "previewing");
    this.video.hidden = this.sound.hidden = false;
    this.video.muted = true; // nobody asked for sound, and maybe nobody looks
    if (!window.matchMedia("(prefers-reduced-motion: reduce)").matches) this.video.play().catch(() => {});
  }

  stop() {
    if (this.video.src) URL.revokeObjectURL(this.video.src);
    this.video.removeAttribute("src");
    this.video.load();
    this.video.hidden = this.sound.hidden = true;
    this.box.classList.replace("previewing", "waiting");
    Object.assign(this, { attempt: 0, taken: 0, source: null, buffer: null });
  }

  remember() {
    const { video } = this;
    if (!this.attempt || video.ended) return;
    const { currentTime: seconds, paused, muted } = video;
    const kept = { render: this.box.dataset.render, at: Date.now(), seconds, paused, muted };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  }
}

// The finished clip, which was just seen as a preview.
async function goOn(video) {
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (kept?.render !== video.dataset.render || Date.now() - kept.at > KEPT_FOR_MS) return;
  if (video.readyState < HTMLMediaElement.HAVE_METADATA) await once(video, "loadedmetadata");
  video.currentTime = kept.seconds;
  video.muted = kept.muted;
  if (!kept.paused) video.play().catch(() => {});
}

const watched = document.querySelector("[data-preview]");
if (watched && Source) {
  const preview = new Preview(watched);
  preview.follow().catch(() => preview.stop()); // this browser cannot play it
}
const finished = document.querySelector("video[data-render]");
if (finished) goOn(finished);
