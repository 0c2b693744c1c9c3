"""Packs on this machine: where they lie, and how one comes there and goes again."""
