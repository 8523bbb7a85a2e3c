// The manager's page: the figures as they are now, each with its definition, the exceptions marked by sign and word.

import { Live } from "/static/live.js";
import { askToDo } from "/static/manager_acts.js";
import { paintDevices } from "/static/manager_devices.js";
import { Pictures } from "/static/manager_pictures.js";
import { paintDefinitions } from "/static/manager_definitions.js";
import { paintLists } from "/static/manager_lists.js";
import { paintSaid } from "/static/manager_said.js";
import { paintTables } from "/static/manager_tables.js";
import { paintTiles } from "/static/manager_tiles.js";
import { paintVoice } from "/static/manager_voice.js";
import { part, told, time } from "/static/manager_words.js";
import { page, put } from "/static/page.js";

const pictures = new Pictures();
let figures = null;
let now = 0;                 // the branch's time, ms UTC, as it was said last

function paint(news, devices, at) {
  figures = news;
  now = at;
  put(part("clock"), time(at));
  part("to-report").href = `/report?day=${figures.day}`;
  paintTiles(figures);
  paintTables(figures, at);
  paintLists(figures, at);
  paintSaid(figures);
  paintDevices(devices, at);
  paintVoice(figures);
  pictures.now(figures);
}

new Live("/dashboard", { branch: page.branch }, {
  snapshot(picture) { paint(picture.figures, picture.devices ?? [], picture.at); },
  beat(beat) { if (beat.figures) paint(beat.figures, beat.devices ?? [], beat.at); },
  sure(now) {
    document.body.classList.toggle("is-unsure", !now);
    put(part("live"), told(now ? "Live" : "Connecting…"));
    part("doubt").hidden = now;
  },
  refused() { location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`); },
});

paintDefinitions();
askToDo(() => figures, () => now);
