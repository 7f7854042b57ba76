"""Telling other systems what comes of surveys: signed calls, each until it is taken."""
