/** One customer's visit: what was chosen and asked for so far. Nothing of it is left for the next customer. */

export class Visit {
  constructor() {
    this.language = ""; // empty until the customer has chosen one
    this.several = false; // whether more than one service is being chosen
    this.chosen = []; // codes of services, in the customer's order
    this.group = null; // the code of the one whose services are shown
    this.documents = false; // "I have them"
    this.code = ""; // of an appointment
    this.rating = 0;
    this.reasons = []; // codes of what an opinion is about
    this.about = ""; // what a complaint is about
    this.number = ""; // of the ticket that it is about
    this.phone = ""; // for our answer to it
    this.asked = false; // something was asked of the branch: it is on its way, or was given
    this.lost = false; // and the branch does not answer
    this.unpaired = false; // the screen may not ask for anything
    this.copied = false; // the ticket was printed once more
    this.paper = { state: "none", slow: false };
    this.isStaff = false; // not a customer at all
    this.staff = null; // what the staff page shows
    this.trouble = ""; // and what did not work there
    this.busy = false; // and that it is doing something
    this.seconds = 0; // until the page closes by itself
    this.countdown = null;
    this.watch = null; // of the paper
  }

  /** Nothing of this visit goes on. */
  end() {
    this.countdown?.stop();
    this.watch?.stop();
  }
}
