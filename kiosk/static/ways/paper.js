/** Paper: the ticket that was given, the last one once more, lists to take away. What is shown follows the printer. */

import { Intention } from "../intention.js";
import { called } from "../number.js";
import { bring } from "../pages/bring.js";
import { slip } from "../pages/slip.js";
import { ticket } from "../pages/ticket.js";
import { PaperWatch, printed } from "../paper.js";
import { say, spoken } from "../words.js";

const CLOSES_S = 30;
const WITHOUT_PAPER_S = 60;

export function paperWay(kiosk) {
  const { feed, stage } = kiosk;
  let last = null; // the last ticket, as long as it may be printed once more

  function goToTicket(issued) {
    const { visit } = kiosk;
    const { id, copies } = issued.ticket;
    remember(issued.ticket);
    follow([{ path: path(id, copies), state: issued.paper }]);
    const copy = () => copyHere(id);
    stage.show("ticket", () =>
      ticket({ visit, issued, legal: feed.latest.legal[spoken()], mayCopy, copy, ...foot(visit) }),
    );
  }

  /** Once, and not before it is known how the paper did: a printer that does not print prints no copy either. */
  function mayCopy() {
    const { copied, paper } = kiosk.visit;
    return !copied && (printed(paper.state) || paper.state === "unknown");
  }

  function remember(ticket) {
    last = ticket;
    setTimeout(() => {
      if (last !== ticket) return;
      last = null;
      stage.update();
    }, feed.latest.kiosk.reprint_s * 1000);
  }

  /** Whether the start page may print the last ticket again. */
  const hasLastTicket = () => last !== null;

  /** The copy that the ticket page asks for. The number stays on the screen meanwhile. */
  async function copyHere(id) {
    const { visit } = kiosk;
    const tell = (paper) => visit === kiosk.visit && paperChanged(paper);
    const lost = () => {
      tell({ state: "queued", slow: true });
      return false;
    };
    const wish = reprint(id);
    last = null;
    visit.copied = true;
    visit.watch.stop();
    tell({ state: "queued", slow: false });
    try {
      const copy = await new Intention(wish.path, wish.body).carryOut(lost);
      if (visit === kiosk.visit) follow([slipOf(copy)]);
    } catch {
      tell({ state: "none", slow: false });
    }
  }

  /** The copy that the start page asks for. */
  function goToCopy() {
    if (!last) return;
    const { id, number } = last;
    kiosk.send({
      posts: [reprint(id)],
      given: (copy) => {
        last = null;
        const { visit } = kiosk;
        follow([slipOf(copy)]);
        stage.show("slip", () =>
          slip({
            visit,
            heading: say("The last ticket once more"),
            printing: say("Your ticket is printing"),
            take: say("Please take your ticket"),
            without: say("Your number is valid without paper. Please remember it or take a photo."),
            content: called(number),
            ...foot(visit),
          }),
        );
      },
    });
  }

  /** Lists of what to bring for these services, and no number. */
  function goToLists(services) {
    kiosk.send({
      posts: services.map(({ code }) => ({ path: "lists", body: { service: code, language: spoken() } })),
      given: (...lists) => {
        const { visit } = kiosk;
        follow(lists.map(slipOf));
        stage.show("slip", () =>
          slip({
            visit,
            heading: say("Your list of documents"),
            printing: say("Your list is printing"),
            take: say("Please take your list"),
            place: say("It comes out where tickets come out."),
            without: say("Please take a photo of the list."),
            content: bring(services),
            ...foot(visit),
          }),
        );
      },
      others: [{ sentence: "Choose another service", press: kiosk.goToServices, back: true }],
    });
  }

  /** The paper of the page that comes; it closes by itself, later where there is no paper. */
  function follow(slips) {
    const { visit } = kiosk;
    visit.watch?.stop();
    visit.watch = new PaperWatch(slips, (paper) => visit === kiosk.visit && paperChanged(paper));
    if (!visit.countdown) kiosk.closeIn(CLOSES_S);
    paperChanged({ state: visit.watch.state, slow: false });
  }

  function paperChanged(paper) {
    const { visit } = kiosk;
    visit.paper = paper;
    visit.countdown.restart(printed(paper.state) ? CLOSES_S : WITHOUT_PAPER_S);
    stage.update();
  }

  const foot = (visit) => ({ done: kiosk.home, more: () => visit.countdown.extend() });

  return { goToTicket, goToCopy, goToLists, follow, hasLastTicket };
}

function reprint(id) {
  return { path: `tickets/${encodeURIComponent(id)}/reprint`, body: { language: spoken() } };
}

function slipOf({ id, copy, paper }) {
  return { path: path(id, copy), state: paper };
}

function path(id, copy) {
  return copy ? `slips/${encodeURIComponent(id)}/paper/${copy}` : `slips/${encodeURIComponent(id)}/paper`;
}
