"""The voice of the lobby: each call spoken once in each room, in order, in the customer's language and the branch's.

phrase     which clips a call is made of, and what each clip says
shelf      the clips in the branch's folder: people's recordings first, the machine's own else
composer   clips joined into one sound, the chime first
line       the calls that are still to be spoken in a room, and which of them were overtaken
room       one room: one call after the other to one of its speakers, until it is said or on record why not
voices     all rooms, following the journal
"""
