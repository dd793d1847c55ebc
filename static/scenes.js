// Scenes of a new clip: their order on the page is the order in which they are played.
"use strict";

const sceneOf = (element) => (element instanceof Element ? element.closest(".scene") : null);

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest(".scene [data-move], .scene [data-remove]") : null;
  if (!button) return;
  const scene = sceneOf(button);
  const neighbour = button.dataset.move === "up" ? scene.previousElementSibling : scene.nextElementSibling;
  if ("remove" in button.dataset) {
    const next = scene.nextElementSibling ?? scene.previousElementSibling ?? document.querySelector("#add-scene");
    scene.remove();
    next.focus();
    return;
  }
  if (!sceneOf(neighbour)) return;
  if (button.dataset.move === "up") neighbour.before(scene);
  else neighbour.after(scene);
  button.focus(); // moving a node takes the focus from it
});

// A new scene is where somebody goes on.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "scenes") event.target.lastElementChild?.focus();
});
