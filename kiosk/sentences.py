"""The sentences that the kiosk's scripts say, all in one place, so that the catalogues find them.

The scripts ask for a sentence by its English wording, as Python does: `say("Take a ticket")`. A test holds this list
and the scripts together. Sentences with a number in them are made in Python, where the plural rules are.
"""

from __future__ import annotations

from lobby.errors import N_

PAGE = (
    # the start page
    N_("Touch here to begin"),
    # choosing
    N_("What can we do for you?"),
    N_("Other services"),
    N_("Do I need documents?"),
    N_("Have these documents ready"),
    N_("No documents needed"),
    N_("Which applies to you?"),
    N_("Your answer decides when you are called. It is not shown to anyone in the lobby."),
    N_("None of these"),
    N_("Back"),
    N_("Back to the start"),
    # sending
    N_("One moment please"),
    N_("We are getting your number."),
    N_("The connection is slow. We keep trying; you will get one ticket."),
    N_("The connection is interrupted. Waiting times are not shown."),
    # the ticket
    N_("Your number"),
    N_("Your ticket is printing"),
    N_("Please take your ticket"),
    N_("Paper is not available just now"),
    N_("Your number is valid without paper. Please remember it or take a photo."),
    N_("Follow your turn on your phone"),
    N_("Please have ready:"),
    N_("Done"),
    N_("More time"),
    N_("Seconds until this page closes"),
    # when it does not work
    N_("Sorry, that did not work"),
    N_("Choose another service"),
    N_("Try again"),
    N_("Please ask our staff. They will help you."),
    N_("This screen is not ready yet"),
    N_("It has to be paired with its branch first."),
    # still there?
    N_("Are you still there?"),
    N_("This page closes soon, for your privacy."),
    N_("Yes, I need more time"),
    # the bar
    N_("Language"),
    N_("Larger text"),
    N_("High contrast"),
    N_("Lower the page"),
    N_("Help"),
    # help
    N_("How it works"),
    N_("Touch the service you need."),
    N_("Take the ticket with your number."),
    N_("Take a seat. Your number is shown and called."),
    N_("Our staff are happy to help you."),
    N_("Close"),
    # what helps who cannot see, hear or reach
    N_("Listen"),
    N_("Sound is off"),
    N_("On"),
    N_("Off"),
    N_("More above"),
    N_("More below"),
    N_("Press the number of your choice, or move with the arrow keys and press Enter."),
)

OPINIONS = {
    "wait": N_("The waiting time"),
    "staff": N_("Our staff"),
    "answer": N_("The answer I got"),
    "place": N_("The branch itself"),
}
"""What an opinion may be about, by the code that is recorded."""
