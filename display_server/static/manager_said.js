// What customers say: how they answered, what could be better, and the words that somebody should see to.

import { decimal, list, make, number, part, share, told } from "/static/manager_words.js";
import { page, put } from "/static/page.js";

const ANSWERS = { 5: "Very good", 4: "Good", 3: "All right", 2: "Not good", 1: "Bad" };
const WORST = 3; // of what could be better

export function paintSaid({ opinions, comments }) {
  const { ratings: all, rating_mean: mean, response_rate: rate } = opinions;
  const counted = [told("Answers: %(count)s", { count: all })];
  if (rate !== null) counted.push(told("Of those served: %(share)s", { share: share(rate) }));
  put(part("rating-mean"), all ? told("%(mean)s of 5", { mean: decimal(mean) }) : "");
  put(part("rating-count"), all ? counted.join(" · ") : told("Nobody has answered yet."));
  answers(opinions);
  worst(Object.entries(opinions.bad_named).slice(0, WORST));
  part("comments-line").hidden = !comments;
  put(part("comments-count"), String(comments));
}

function answers(opinions) {
  const given = [5, 4, 3, 2, 1].map((rating) => [rating, opinions[`rated_${rating}`]]);
  const most = Math.max(1, ...given.map(([, count]) => count));
  list("ratings", given, (one) => [...one, most], ([rating, count]) => {
    const bar = make("meter", { min: 0, max: most, value: count });
    bar.setAttribute("aria-hidden", "true");
    return make("li", {}, make("span", { textContent: told(ANSWERS[rating]) }), bar, number(String(count)));
  });
}

function worst(named) {
  part("bad-named-title").hidden = !named.length;
  list("bad-named", named, (one) => one, ([code, count]) => (
    make("li", {}, make("span", { textContent: page.bad?.[code] ?? code }), number(String(count)))
  ));
}
