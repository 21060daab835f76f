"""The files of frozen reports: made once each, in a process of their own, and kept."""
