// One voice is heard at a time.
"use strict";

const heard = { sound: new Audio(), button: null };

function fallSilent() {
  heard.sound.pause();
  if (heard.button) heard.button.textContent = "Hear";
  heard.button = null;
}

heard.sound.addEventListener("ended", fallSilent);

document.addEventListener("click", async (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-hear]") : null;
  if (!button) return;
  const wasOn = heard.button === button;
  fallSilent();
  if (wasOn) return;
  heard.button = button;
  button.textContent = "…";
  heard.sound.src = button.dataset.hear;
  try {
    await heard.sound.play();
    if (heard.button === button) button.textContent = "Stop";
  } catch {
    if (heard.button !== button) return; // another one was chosen meanwhile
    fallSilent();
    button.textContent = "Cannot be heard";
  }
});
