// Keys on the page of a case: the number of a verdict chooses it, r goes to the reason, n to the next case.
// Nothing is decided by a key alone.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("[data-desk-form]");
  const next = document.querySelector("[data-desk-next]");
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input[type=text], input[type=search], textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n" && next) next.click();
    if (!form) return;
    const verdicts = form.querySelectorAll("input[name=verdict]");
    const verdict = verdicts[Number(event.key) - 1];
    if (verdict) {
      verdict.checked = true;
      verdict.focus();
      verdict.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (event.key === "r") {
      event.preventDefault();
      form.querySelector("textarea").focus();
    }
  });
  // What a take-down covers is asked only of a take-down.
  const whole = document.querySelector("[data-desk-whole]");
  if (form && whole) {
    const show = () => {
      const chosen = form.querySelector("input[name=verdict]:checked");
      whole.hidden = !chosen || chosen.value !== "take-down";
    };
    form.addEventListener("change", show);
    show();
  }
});
