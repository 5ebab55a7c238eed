// The playground on the page about tokens. It learns as bytemerge/naive.py does, name for name.
"use strict";

const UNKNOWN = "UNK";
const WORD_END = " ";
const MOST_MERGES = 300;
const COLOURS = ["#ffd6a5", "#caffbf", "#9bf6ff", "#bdb2ff", "#ffc6ff", "#fdffb6"];

/** Returns the words of a text: letters and numbers of any script, in lower case. */
function splitWords(text) {
  const words = text.replace(/[\x1C-\x1F]/g, "").split(/\p{White_Space}+/u);
  const normal = word => [...word].filter(each => /[\p{L}\p{N}]/u.test(each)).map(each => each.toLowerCase()).join("");
  return words.map(normal).filter(word => word);
}

/** Returns the most frequent pair with its count; of several, the one whose tokens are oldest. */
function mostFrequentPair(words, ids) {
  const counts = new Map();
  for (const { tokens, count } of words) {
    for (let i = 1; i < tokens.length; i++) {
      // No token of a word contains a space.
      const pair = `${tokens[i - 1]} ${tokens[i]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + count);
    }
  }
  let best = null;
  for (const [key, count] of counts) {
    if (best && count < best.count) continue;
    const pair = key.split(" ");
    const [left, right] = pair.map(token => ids.get(token));
    const older = best && (left - best.left || right - best.right) < 0;
    if (!best || count > best.count || older) best = { pair, count, left, right };
  }
  return best;
}

/** Merges a pair wherever it occurs, from left to right. */
function merge(tokens, [left, right]) {
  const merged = [];
  for (const token of tokens) {
    if (merged.length && merged.at(-1) === left && token === right) merged[merged.length - 1] = left + right;
    else merged.push(token);
  }
  tokens.splice(0, tokens.length, ...merged);
}

/** Returns the merges that a text teaches, in order with their counts, and the id of each token. */
function train(text) {
  const counts = new Map();
  for (const word of splitWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const words = [...counts].map(([word, count]) => ({ tokens: [...word], count }));
  const characters = [...new Set(words.flatMap(({ tokens }) => tokens))];
  characters.sort((one, other) => one.codePointAt(0) - other.codePointAt(0));
  const ids = new Map([UNKNOWN, WORD_END, ...characters].map((token, id) => [token, id]));
  const merges = [];
  while (merges.length < MOST_MERGES) {
    const best = mostFrequentPair(words, ids);
    if (!best) break;
    for (const { tokens } of words) merge(tokens, best.pair);
    merges.push(best);
    ids.set(best.pair.join(""), ids.size);
  }
  return { merges, ids };
}

/** Returns the tokens of a text by some merges, in the order learnt. */
function tokenize(text, merges) {
  return splitWords(text).flatMap(word => {
    const tokens = [...word];
    for (const { pair } of merges) merge(tokens, pair);
    return [...tokens, WORD_END];
  });
}

/** Shows the playground, and draws it again whenever the reader changes something. */
function start(playground) {
  const [corpus, slider, text] = ["corpus", "merges", "text"].map(name => playground.querySelector(`[name=${name}]`));
  const part = name => playground.querySelector(`.${name}`);
  let learnt;

  const span = (token, id) => {
    const element = document.createElement("span");
    element.className = "token";
    element.style.background = COLOURS[id % COLOURS.length];
    element.textContent = token;
    return element;
  };

  function learn() {
    learnt = train(corpus.value);
    slider.max = learnt.merges.length;
    draw();
  }

  function draw() {
    const merges = learnt.merges.slice(0, slider.valueAsNumber);
    const id = token => learnt.ids.get(token) ?? 0;
    const last = merges.at(-1);
    part("said").textContent = last
      ? `Merge ${merges.length} of ${learnt.merges.length}: ${last.pair[0]} and ${last.pair[1]} become ${last.pair.join("")}. They stand together ${last.count} ${last.count === 1 ? "time" : "times"}.`
      : `No merge yet: each character is a token. The text has ${learnt.merges.length} merges.`;
    part("learnt").replaceChildren(...merges.flatMap(({ pair }) => [span(pair.join(""), id(pair.join(""))), " "]));
    const tokens = tokenize(text.value, merges);
    part("cut").replaceChildren(...tokens.map(token => (token === WORD_END ? " " : span(token, id(token)))));
    part("ids").textContent = tokens.map(id).join(" ");
    part("number").textContent = tokens.length;
  }

  corpus.addEventListener("input", learn);
  slider.addEventListener("input", draw);
  text.addEventListener("input", draw);
  learn();
  playground.hidden = false;
}

document.querySelectorAll(".playground").forEach(start);
