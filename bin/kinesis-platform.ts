#!/usr/bin/env node
// Entry of the command line.
import { main } from '../cli/main.js';

process.exitCode = await main(process.argv.slice(2));
