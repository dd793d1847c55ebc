// Record a few words with the microphone, in the page's own language: what is said stands beside the button in the page.
"use strict";

const LONGEST_MS = 20_000;
let recorder = null;

function handOver(box, parts, type) {
  const kind = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm";
  const carrier = new DataTransfer();
  carrier.items.add(new File(parts, `words.${kind}`, { type }));
  document.getElementById(box.dataset.speak).files = carrier.files;
}

async function start(box, button, says) {
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    says.textContent = box.dataset.denied;
    return;
  }
  const parts = [];
  recorder = new MediaRecorder(stream);
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.onstop = () => {
    for (const track of stream.getTracks()) track.stop();
    handOver(box, parts, recorder.mimeType || "audio/webm");
    recorder = null;
    button.textContent = box.dataset.record;
    says.textContent = box.dataset.done;
  };
  recorder.start();
  setTimeout(() => recorder?.stop(), LONGEST_MS);
  button.textContent = box.dataset.stop;
  says.textContent = "";
}

for (const box of document.querySelectorAll("[data-speak]")) {
  const button = box.querySelector("button");
  const says = box.querySelector("[role=status]");
  box.hidden = !(navigator.mediaDevices && window.MediaRecorder);
  button.addEventListener("click", () => (recorder ? recorder.stop() : start(box, button, says)));
}
