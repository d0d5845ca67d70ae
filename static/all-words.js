// Figures and marks as people read them, and the one way to find a node.

export const one = (selector, within = document) => within.querySelector(selector);

export const seconds = (ms) =>
  (ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`);

export const counted = (number, noun) =>
  `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

// Empty where no answer is known; a figure where only degrees are.
export const markOf = (mark) => {
  if (!mark) return "";
  if (mark.is_right === null) return mark.score.toFixed(2);
  return mark.is_right ? "✓ right" : "✗ wrong";
};
