"""Pictures and videos beside the calls, from the branch's folder."""
