// Recording with the microphone: a level that is seen while one speaks, then the sound goes where a chosen file would go.
"use strict";

const MOST_SECONDS = 180;
const QUIET = 0.25; // of the meter; below it for a while, somebody is asked to come nearer
const LOUD = 0.93;
const taking = { recorder: null, parts: [], seconds: 0, timer: 0, watching: 0, sound: null };

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// -60 dB to 0 dB below full scale as 0 to 1: about how loud it is to the ear
function levelOf(samples) {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return Math.max(0, Math.min(1, 1 + (20 * Math.log10(peak || 1e-6)) / 60));
}

function showTaking(box) {
  const label = box.querySelector("[data-label]");
  const isOn = taking.recorder !== null;
  label.textContent = isOn ? `Stop (${clock(taking.seconds)})` : "Record with the microphone";
  box.classList.toggle("on", isOn);
  box.querySelector("meter").hidden = !isOn;
}

function watchLevel(box, stream) {
  const sound = new AudioContext();
  const analyser = sound.createAnalyser();
  sound.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const meter = box.querySelector("meter");
  const says = box.querySelector("[data-says]");
  let shown = 0;
  let loudest = 0;
  let looks = 0;
  let wasTooLoud = false;
  taking.sound = sound;
  taking.watching = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const level = levelOf(samples);
    shown = Math.max(level, shown - 0.03); // it falls slowly, as meters do
    loudest = Math.max(loudest, level);
    meter.value = shown;
    wasTooLoud ||= level > LOUD;
    looks += 1;
    if (looks % 40) return; // every two seconds a word, no more: it is read aloud
    const word = wasTooLoud
      ? "Too loud: go a little further away."
      : loudest < QUIET
        ? "Nothing can be heard yet. Come nearer, or check the microphone."
        : loudest < QUIET + 0.25
          ? "Quiet: come a little nearer."
          : "Good level.";
    if (says.textContent !== word) says.textContent = word;
    loudest = 0;
    wasTooLoud = false;
  }, 50);
}

function handOver(box, type) {
  const kind = type.includes("mp4") ? "m4a" : type.includes("ogg") ? "ogg" : "webm";
  const file = new File(taking.parts, `recording.${kind}`, { type });
  const carrier = new DataTransfer();
  carrier.items.add(file);
  const input = document.getElementById(box.dataset.recorder);
  input.files = carrier.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

async function startTaking(box) {
  const complaint = document.querySelector("#microphone-error");
  complaint.hidden = true;
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: true },
    });
  } catch {
    complaint.hidden = false;
    return;
  }
  const recorder = new MediaRecorder(stream);
  Object.assign(taking, { recorder, parts: [], seconds: 0 });
  recorder.ondataavailable = (event) => taking.parts.push(event.data);
  recorder.onstop = () => {
    clearInterval(taking.timer);
    clearInterval(taking.watching);
    taking.sound?.close();
    for (const track of stream.getTracks()) track.stop();
    taking.recorder = null;
    box.querySelector("[data-says]").textContent = "";
    showTaking(box);
    handOver(box, recorder.mimeType || "audio/webm");
  };
  recorder.start(1000);
  watchLevel(box, stream);
  taking.timer = setInterval(() => {
    taking.seconds += 1;
    showTaking(box);
    if (taking.seconds >= MOST_SECONDS) recorder.stop();
  }, 1000);
  showTaking(box);
}

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-record]") : null;
  if (!button) return;
  if (taking.recorder) taking.recorder.stop();
  else startTaking(button.closest("[data-recorder]"));
});

function showRecorders() {
  for (const box of document.querySelectorAll("[data-recorder]")) {
    box.hidden = !(navigator.mediaDevices && window.MediaRecorder);
  }
}
showRecorders();
document.addEventListener("htmx:load", showRecorders);
