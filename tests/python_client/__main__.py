"""Starts the journey: `python3 -B tests/python_client`, with the emulator's addresses in the environment."""

import sys

import journey

sys.exit(journey.main())
