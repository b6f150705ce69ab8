"""Dialogs: each asks one thing on the bottom lines and answers a value; they know no part of the console."""
