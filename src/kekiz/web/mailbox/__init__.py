"""The mailbox of the demo: mails go to a folder, a page shows them."""
