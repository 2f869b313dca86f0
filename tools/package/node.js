// The package in Node: the same library, with threads for workers.

import "./engine/node.js";

export * from "./api/index.js";
