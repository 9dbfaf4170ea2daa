"""The frame both faces share: application, configuration, sign-in, guard, language, forms, rendering, command line."""
