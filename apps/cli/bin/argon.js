#!/usr/bin/env node
// There before the build, so that npm can link the command when it installs the workspace.
import '../dist/main.js';
