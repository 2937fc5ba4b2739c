// Texts of the page whose contrast with their ground is less than arguments[0] (WCAG 2.2, relative luminance).
const number = (text) => text.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map((each) => each / 255).map((c) => (c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4));
  return .2126 * x + .7152 * y + .0722 * z;
};
const contrast = (one, other) => {
  const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + .05) / (low + .05);
};
const over = ([r, g, b, a = 1], under) => [r, g, b].map((each, at) => each * a + under[at] * (1 - a));
const ground = (element) => {
  if (!element) return [255, 255, 255];
  const style = getComputedStyle(element);
  return over(number(style.backgroundColor), ground(element.parentElement));
};
const faint = [];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  const says = own || element.placeholder;
  if (!says || !element.checkVisibility() || element.disabled || element.closest(".unseen, noscript, .skip")) continue;
  const style = getComputedStyle(element, own ? null : "::placeholder");
  let grounds = [ground(element)];
  if (element.closest(".picture") && !element.matches("i")) {
    // A picture's ground is drawn: every colour in its gradients counts.
    const picture = getComputedStyle(element.closest(".picture"));
    grounds = (picture.backgroundImage + picture.backgroundColor).match(/rgba?\([^)]*\)/g).map(number).filter((each) => each[3] !== 0);
  }
  const least = Math.min(...grounds.map((each) => contrast(over(number(style.color), each), each)));
  if (least < arguments[0]) faint.push([element.className, element.textContent.slice(0, 20), least.toFixed(2)].join(" | "));
}
return faint;
