// Whatever can be pressed and is narrower or lower than arguments[0] pixels.
return [...document.querySelectorAll("button, select, input, a, summary")]
  .filter((each) => each.checkVisibility() && !each.closest(".skip, .unseen"))
  .map((each) => (each.closest("label") ?? each))
  .filter((each) => Math.min(each.getBoundingClientRect().width, each.getBoundingClientRect().height) < arguments[0])
  .map((each) => each.outerHTML.slice(0, 80));
