// A time as a person writes it, as a moment.

// The moment, ms UTC, at which the clocks of `zone` show `local` ("2026-11-27T16:00"), whatever zone this machine has.
export function instant(local, zone) {
  const wanted = Date.parse(`${local}Z`);
  const format = new Intl.DateTimeFormat("en-u-ca-iso8601-nu-latn-hc-h23", {
    timeZone: zone || undefined, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
  });
  const shown = (at) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return Date.parse(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}Z`);
  };
  let at = wanted;
  for (let round = 0; round < 2; round += 1) at += wanted - shown(at); // the offset may change between the two
  return at;
}
