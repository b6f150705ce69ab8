"""The store as the mirror of a remote system: the server's own values, what is shown, and what is pending."""
