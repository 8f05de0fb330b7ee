"""What is done while nobody waits for a page: mail is sent, questions are put, old drafts are forgotten."""
