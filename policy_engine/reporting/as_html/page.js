"use strict";
// Moves the threshold over the kept ones. All it shows is counted from the exact counts in the block `counts`;
// text gets onto the page by textContent alone.
(() => {
  const DASH = "–", SIZE = 1000, FOUR_FIFTHS = 0.8;
  const SVG = "http://www.w3.org/2000/svg";
  const block = document.getElementById("counts");
  if (!block) return;
  const data = JSON.parse(block.textContent);
  const last = data.threshold.length - 1;
  const byId = (id) => document.getElementById(id);
  // As Python rounds, on whose side of the page the same numbers stand
  const numbers = (how) => new Intl.NumberFormat("en", { roundingMode: "halfEven", ...how });
  const fixed = (many, useGrouping = false) =>
    numbers({ minimumFractionDigits: many, maximumFractionDigits: many, useGrouping });
  const whole = fixed(0, true), tenths = fixed(1, true), fourDigits = numbers({ maximumSignificantDigits: 4 });
  const inShares = fixed(3), inPercent = fixed(1);
  let place = 0;

  // --- what four counts come to: a value, or null with the reason ---

  const ratio = (above, below, why) => (below === 0 ? { value: null, why } : { value: above / below, why: "" });

  function measuresOf({ tp, fp, fn, tn }) {
    return {
      precision: ratio(tp, tp + fp, "nothing is flagged"),
      recall: ratio(tp, tp + fn, "there are no positives"),
      f1: ratio(2 * tp, 2 * tp + fp + fn, "no positives, and nothing is flagged"),
      flagged_share: ratio(tp + fp, tp + fp + fn + tn, "there are no cases"),
      false_positive_rate: ratio(fp, tn + fp, "there are no negatives"),
    };
  }

  const countsOf = (from, at) => ({ tp: from.tp[at], fp: from.fp[at], fn: from.fn[at], tn: from.tn[at] });
  const asShare = (value) => inShares.format(value);
  const asPercent = (value) => inPercent.format(100 * value) + "%";
  const asCount = (value) => (Number.isInteger(value) ? whole : tenths).format(value);
  const asAmount = (value) =>
    (Number.isInteger(value) ? whole : Math.abs(value) >= 1000 ? tenths : fourDigits).format(value);

  function show(element, found, format) {
    element.textContent = found.value === null ? DASH : format(found.value);
    element.dataset.value = found.value === null ? "" : String(found.value);
    element.title = found.why;
    const why = byId(element.id.replace("at-", "why-"));
    if (why) why.textContent = found.why;
  }

  // --- costs ---

  const cost = { false_positive: byId("false_positive"), false_negative: byId("false_negative") };
  const given = { false_positive: 0, false_negative: 0 };
  let costs = [];

  /** Takes what was typed or slid for a cost, and says whether it is one: if not, the one before stays. */
  function take(name) {
    const number = cost[name].valueAsNumber, most = Number(cost[name].max);
    const isCost = number >= 0 && number <= most;
    if (isCost) given[name] = number;
    cost[name].setAttribute("aria-invalid", String(!isCost));
    byId("no-cost").textContent = isCost ? "" : "A cost is a number from 0 to " + asCount(most) + ": the one before stays.";
    return isCost;
  }

  /** The place of the least cost: of equal ones that which flags fewest. */
  function leastCost() {
    const strict = data.higher_is === "riskier";
    let best = strict ? last : 0;
    for (let step = 1; step <= last; step += 1) {
      const at = strict ? last - step : step;
      if (costs[at] < costs[best]) best = at;
    }
    return best;
  }

  function priceAll() {
    const { false_positive: wrongly, false_negative: missed } = given;
    costs = data.fp.map((fp, at) => fp * wrongly + data.fn[at] * missed);
    const best = leastCost();
    const least = byId("least");
    least.textContent = "The least is " + asAmount(costs[best]) + ", at " + data.text[best] + ".";
    least.dataset.value = String(costs[best]);
    least.dataset.place = String(best);
    drawCosts(wrongly, missed, costs[best]);
  }

  function drawCosts(wrongly, missed, least) {
    const svg = document.querySelector("#costs svg[data-follows]");
    const scale = axis(Math.max(...costs));
    const low = Number(svg.dataset.low), high = Number(svg.dataset.high);
    svg.querySelector(".cost-of-all").setAttribute("d", steps(low, high, scale.high));
    const marks = document.querySelector("#costs .marks-y");
    marks.replaceChildren(...scale.marks.reverse().map((mark) => made("span", mark)));
    const up = scale.marks.length - 1, right = document.querySelectorAll("#costs .marks-x span").length - 1;
    let lines = "";
    for (let at = 0; at <= up; at += 1) lines += "M0 " + Math.round((SIZE * at) / up) + "H" + SIZE;
    for (let at = 0; at <= right; at += 1) lines += "M" + Math.round((SIZE * at) / right) + " 0V" + SIZE;
    svg.querySelector(".grid").setAttribute("d", lines);
    const each = "Flagging wrongly costs " + asAmount(wrongly) + ", missing " + asAmount(missed);
    byId("cost-note").textContent = each + "; the least is " + asAmount(least) + ".";
  }

  /** An axis from 0 with round marks, as the page was made with. */
  function axis(high) {
    const span = high > 0 ? high : 1;
    const power = 10 ** Math.floor(Math.log10(span / 5));
    const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one * 5 >= span * (1 - 1e-9));
    const many = Math.max(Math.ceil(high / step - 1e-9), 1);
    const marks = Array.from({ length: many + 1 }, (_, at) => asMark(at * step));
    return { high: many * step, marks };
  }

  function asMark(value) {
    const rounded = Number(value.toPrecision(6));
    return Number.isInteger(rounded) ? whole.format(rounded) : String(rounded);
  }

  function steps(low, high, top) {
    let path = "", at = 0;
    costs.forEach((one, index) => {
      const level = SIZE - Math.round((SIZE * one) / top);
      path += (index ? "V" : "M0 ") + level;
      at = across(data.threshold[index], low, high);
      path += "H" + at;
    });
    return path;
  }

  // --- the curves follow ---

  function across(threshold, low, high) {
    if (threshold === null) return SIZE;
    return Math.round(SIZE * Math.min(Math.max((threshold - low) / (high - low), 0), 1));
  }

  const cursors = Array.from(document.querySelectorAll("svg[data-follows]"), (svg) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", svg.dataset.follows === "threshold" ? "cursor" : "dot cursor");
    svg.append(path);
    return { svg, path };
  });

  function follow(measures) {
    const spots = {
      roc: [measures.false_positive_rate.value, measures.recall.value],
      "precision-recall": [measures.recall.value, measures.precision.value],
    };
    for (const { svg, path } of cursors) {
      if (svg.dataset.follows === "threshold") {
        const x = across(data.threshold[place], Number(svg.dataset.low), Number(svg.dataset.high));
        path.setAttribute("d", "M" + x + " 0V" + SIZE);
        continue;
      }
      const [x, y] = spots[svg.dataset.follows];
      const isThere = x !== null && y !== null;
      path.setAttribute("d", isThere ? "M" + Math.round(SIZE * x) + " " + Math.round(SIZE * (1 - y)) + "h0" : "");
    }
  }

  // --- segments ---

  function showSegments() {
    if (!data.segments.length) return;
    const rows = document.querySelectorAll("#segments tbody tr");
    // Behind the columns that name a segment, and its cases and positives
    const flagged = Object.keys(data.segments[0].segment).length + 2;
    const shares = data.segments.map((one) => {
      const { tp, fp, fn, tn } = countsOf(one, place);
      const better = data.flagged_fare_better ? tp + fp : fn + tn;
      return ratio(better, tp + fp + fn + tn, "it weighs nothing");
    });
    const most = Math.max(0, ...shares.map((one) => one.value ?? 0));
    data.segments.forEach((one, at) => {
      const cells = rows[at].children, measures = measuresOf(countsOf(one, place));
      show(cells[flagged], measures.flagged_share, asPercent);
      show(cells[flagged + 1], measures.precision, asShare);
      show(cells[flagged + 2], measures.recall, asShare);
      const share = shares[at].value;
      const impact = share === null ? shares[at] : ratio(share, most, "nobody fares better anywhere");
      const isLow = impact.value !== null && impact.value < FOUR_FIFTHS;
      show(cells[flagged + 3], impact, (value) => asShare(value) + (isLow ? " ▼" : ""));
      cells[flagged + 3].classList.toggle("bad", isLow);
    });
    byId("segments-at").textContent = "At the threshold of the slider, " + data.text[place] + ":";
  }

  // --- bands: each has the cases that reach it, and no band above it ---

  const bandRows = Array.from(document.querySelectorAll("#bands tbody tr"), (row) => row.children);
  const written = bandRows.map((cells) => cells[1].textContent);
  let ofPolicy = [], bandsAt = [];

  function showBands() {
    if (!data.bands.length) return;
    const all = data.tp[0] + data.fp[0], positives = data.tp[0];
    let before = { cases: 0, hits: 0 };
    data.bands.forEach((band, index) => {
      const at = band.tuned ? place : bandsAt[index];
      const cases = Math.max(before.cases, data.tp[at] + data.fp[at]), hits = Math.max(before.hits, data.tp[at]);
      const many = cases - before.cases, found = hits - before.hits;
      const cells = bandRows[index];
      cells[1].textContent = band.tuned || at !== ofPolicy[index] ? data.text[at] : written[index];
      show(cells[2], { value: many, why: "" }, asCount);
      show(cells[3], ratio(many, all, "there are no cases"), asPercent);
      show(cells[4], { value: found, why: "" }, asCount);
      show(cells[5], ratio(found, many, "no case is in it"), asShare);
      show(cells[6], ratio(found, positives, "there are no positives"), asShare);
      before = { cases, hits };
    });
    const of = "At the threshold of the slider, " + data.text[place];
    const isMoved = bandsAt.some((at, index) => at !== ofPolicy[index]);
    byId("bands-at").textContent = of + (isMoved ? ", and those set above:" : ", and those that the policy has:");
  }

  /** Moves the threshold of another band than the slider's to a kept one. */
  function moveBand(index, to, from) {
    const typed = byId("band-" + index), slide = byId("band-" + index + "-slide");
    bandsAt[index] = Math.min(Math.max(to, 0), last);
    if (from !== slide) slide.value = String(bandsAt[index]);
    const own = bandsAt[index] === ofPolicy[index] ? data.bands[index] : { threshold: data.threshold[bandsAt[index]] };
    if (from !== typed) typed.value = own.threshold ?? "";
    slide.setAttribute("aria-valuetext", "threshold " + data.text[bandsAt[index]]);
    showBands();
  }

  const movable = () => data.bands.map((_, index) => index).filter((index) => byId("band-" + index));
  const moveBands = (places) => movable().forEach((index) => moveBand(index, places[index]));

  function beginBands() {
    ofPolicy = data.bands.map(({ threshold }) => (threshold === null ? 0 : placeOf(threshold)));
    bandsAt = [...ofPolicy];
    moveBands(ofPolicy);
    for (const index of movable()) {
      const typed = byId("band-" + index), slide = byId("band-" + index + "-slide");
      typed.addEventListener("input", () => {
        if (!Number.isNaN(typed.valueAsNumber)) moveBand(index, placeOf(typed.valueAsNumber), typed);
      });
      slide.addEventListener("input", () => moveBand(index, Number(slide.value), slide));
    }
    byId("bands-again")?.addEventListener("click", () => moveBands(ofPolicy));
  }

  // --- the threshold ---

  const slider = byId("threshold"), typed = byId("typed"), says = byId("says");

  /** The place of the kept threshold that a number reaches first: the smallest that is not below it. */
  function placeOf(number) {
    let low = 0, high = last;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (data.threshold[middle] === null || data.threshold[middle] >= number) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The place of a choice; that which is no score comes last. */
  const placeOfChoice = ({ threshold }) => (threshold === null ? last : placeOf(threshold));

  function update() {
    const counts = countsOf(data, place), measures = measuresOf(counts);
    for (const name of Object.keys(counts)) show(byId("at-" + name), { value: counts[name], why: "" }, asCount);
    show(byId("at-precision"), measures.precision, asShare);
    show(byId("at-recall"), measures.recall, asShare);
    show(byId("at-f1"), measures.f1, asShare);
    show(byId("at-flagged_share"), measures.flagged_share, asPercent);
    show(byId("at-cost"), { value: costs[place], why: "" }, asAmount);
    follow(measures);
    showSegments();
    showBands();
    const flags = asCount(data.flagged[place]) + " of " + asCount(data.n) + " flagged";
    slider.setAttribute("aria-valuetext", "threshold " + data.text[place] + ", " + flags);
    says.textContent = data.text[place] + ": " + flags;
    says.dataset.value = data.threshold[place] === null ? "" : String(data.threshold[place]);
  }

  function go(to, from) {
    place = Math.min(Math.max(to, 0), last);
    if (from !== slider) slider.value = String(place);
    if (from !== typed) typed.value = data.threshold[place] === null ? "" : data.text[place];
    update();
  }

  // --- what the reader does ---

  function made(name, text) {
    const element = document.createElement(name);
    element.textContent = text;
    return element;
  }

  function jump(name, to) {
    const button = made("button", name);
    button.type = "button";
    button.addEventListener("click", () => go(to()));
    byId("jumps").append(button);
  }

  slider.addEventListener("input", () => go(Number(slider.value), slider));
  typed.addEventListener("input", () => {
    const number = typed.valueAsNumber;
    if (!Number.isNaN(number)) go(placeOf(number), typed);
  });
  for (const { svg } of cursors) {
    if (svg.dataset.follows !== "threshold") continue;
    const drag = (event) => {
      const box = svg.getBoundingClientRect(), low = Number(svg.dataset.low), high = Number(svg.dataset.high);
      go(placeOf(low + ((event.clientX - box.left) / box.width) * (high - low)));
    };
    svg.addEventListener("pointerdown", (event) => {
      svg.setPointerCapture(event.pointerId);
      drag(event);
    });
    svg.addEventListener("pointermove", (event) => event.buttons && drag(event));
  }
  for (const name of Object.keys(cost)) {
    const slide = byId(name + "-slide");
    take(name);
    const priced = () => (priceAll(), update());
    cost[name].addEventListener("input", () => {
      if (!take(name)) return;
      slide.max = String(Math.max(Number(slide.max), given[name]));
      slide.value = String(given[name]);
      priced();
    });
    slide.addEventListener("input", () => {
      cost[name].value = String(Number(Number(slide.value).toPrecision(3)));
      if (take(name)) priced();
    });
  }

  const following = Array.from(document.querySelectorAll("#bands-at, #bands table, #segments-at, #segments table"))
    .map((live) => ({ live, still: live.cloneNode(true) }));
  for (const one of document.querySelectorAll(".live")) one.hidden = false;
  priceAll();
  for (const one of data.jumps) jump(one.name, () => placeOfChoice(one));
  jump("least cost", () => Number(byId("least").dataset.place));
  const first = data.jumps.at(-1);
  beginBands();
  go(first ? placeOfChoice(first) : last >> 1);
  // On paper there is no slider: what follows it stands there as it was written
  addEventListener("beforeprint", () => following.forEach(({ live, still }) => live.replaceWith(still)));
  addEventListener("afterprint", () => following.forEach(({ live, still }) => still.replaceWith(live)));
})();
