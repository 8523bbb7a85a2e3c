/** From a choice to a number: (groups ->) services -> (documents ->) (priority ->) ticket. */

import { inGroups } from "../groups.js";
import { documents } from "../pages/documents.js";
import { groups } from "../pages/groups.js";
import { priority } from "../pages/priority.js";
import { ready } from "../pages/ready.js";
import { services } from "../pages/services.js";
import { spoken } from "../words.js";

const MANY = 8; // services that one page can hold; with more of them groups come first
const MOST = 4; // services of one visit

export function ticketWay(kiosk) {
  const { feed, stage } = kiosk;

  function goToServices() {
    Object.assign(kiosk.newWish(), { several: false, chosen: [], group: null, documents: false });
    choose();
  }

  /** The page on which the customer chooses: the one that was left, if one was. */
  function choose() {
    const levels = feed.latest.services.length > MANY && inGroups(feed.latest).length > 1;
    if (levels && kiosk.visit.group === null) showGroups();
    else showServices(levels ? showGroups : (several(false) ?? kiosk.home));
  }

  /** What leaves the choosing of several services; null outside of it. */
  function several(on) {
    if (on === false && !kiosk.visit.several) return null;
    return () => {
      Object.assign(kiosk.visit, { several: on, chosen: [] });
      choose();
    };
  }

  function showGroups() {
    const { visit } = kiosk;
    visit.group = null;
    const open = (code) => {
      visit.group = code;
      showServices(showGroups);
    };
    stage.show(visit.several ? "several-groups" : "groups", () => ({
      ...groups({ feed, visit, open, ways: waysOn(several(false) ?? kiosk.home) }),
      scanned: kiosk.checkIn,
    }));
  }

  function showServices(back) {
    const { visit } = kiosk;
    const { group } = visit;
    const name = visit.several ? "several" : "services";
    const touched = visit.several ? tick : (code) => stage.name === name && proceed([code]); // else another was faster
    stage.show(name, () => ({
      ...services({ feed, visit, group, choose: touched, full: () => visit.chosen.length >= MOST, ways: waysOn(back) }),
      scanned: kiosk.checkIn,
    }));
  }

  /** The ways that the branch offers now. */
  function waysOn(back) {
    const { open, kiosk: wanted, services: all } = feed.latest;
    return {
      back,
      documents: wanted.documents_first && open ? null : goToDocuments,
      several: wanted.several && all.filter((service) => service.open).length > 1 ? several(true) : null,
      checkIn: wanted.check_in && open ? kiosk.goToCheckIn : null,
      proceed: () => proceed(kiosk.visit.chosen),
    };
  }

  function goToDocuments() {
    stage.show("documents", () => documents({ feed, back: choose }));
  }

  function tick(code) {
    const { visit } = kiosk;
    const { chosen } = visit;
    visit.chosen = chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code];
    stage.update();
  }

  function proceed(codes) {
    const { visit } = kiosk;
    visit.chosen = codes;
    const needing = codes.map((code) => feed.latest.services.find((service) => service.code === code)).filter(needsDocuments);
    if (feed.latest.kiosk.documents_first && needing.length) goToReady(needing);
    else askPriority(take, backToChoice);
  }

  function goToReady(needing) {
    const answered = (have) => () => {
      kiosk.visit.documents = have;
      askPriority(take, () => goToReady(needing));
    };
    stage.show("ready", () =>
      ready({
        services: needing,
        have: answered(true),
        without: answered(false),
        takeList: () => kiosk.goToLists(needing),
        back: backToChoice,
      }),
    );
  }

  function backToChoice() {
    const { visit } = kiosk;
    if (!visit.several) visit.chosen = [];
    choose();
  }

  /** `answer(class)` is given the customer's, or the empty one; at once where the branch has none to declare. */
  function askPriority(answer, back) {
    if (!feed.latest.priorities.length) return answer("");
    stage.show("priority", () => priority({ feed, answer, back }));
  }

  function take(priorityClass) {
    const { chosen, documents: have } = kiosk.visit;
    const [service, ...then] = chosen;
    kiosk.send({
      posts: [{ path: "tickets", body: { service, then, language: spoken(), priority: priorityClass, documents: have } }],
      lead: "We are getting your number.",
      slowly: "The connection is slow. We keep trying; you will get one ticket.",
      given: kiosk.goToTicket,
      others: [{ sentence: "Choose another service", press: goToServices, back: true }],
    });
  }

  return { goToServices, askPriority };
}

function needsDocuments({ said }) {
  return said[spoken()].documents.length > 0;
}
