"""The commands of ``vakaa``, a module for each errand. ``web.cli`` lists them and loads the one that is asked for."""
