"""The formula language: what students type and what content is written in.

Text is read into a tree (:mod:`read`), whose value is computed on plain numbers or in torch on many
samples at once (:mod:`compute`), and which is written for the screen (:mod:`show`).
"""
