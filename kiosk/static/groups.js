/** The branch's services by group, in the branch's order; what belongs to none comes last. */

import { say, spoken } from "./words.js";

/** The groups that have services: {code, name, services}. The last may be the rest: its code is empty. */
export function inGroups(offer) {
  const named = offer.groups.map(({ code, names }) => ({ code, name: names[spoken()], services: of(offer, code) }));
  const known = new Set(offer.groups.map(({ code }) => code));
  const rest = offer.services.filter(({ group }) => !known.has(group));
  const groups = named.filter(({ services }) => services.length);
  return rest.length ? [...groups, { code: "", name: groups.length ? say("Other services") : "", services: rest }] : groups;
}

function of(offer, code) {
  return offer.services.filter(({ group }) => group === code);
}
