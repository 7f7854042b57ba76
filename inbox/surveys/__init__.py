"""Surveys of effort, satisfaction and recommendation: who is asked, what is answered, what comes of it."""
