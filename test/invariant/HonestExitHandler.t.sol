// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ExitHandler} from "./ExitHandler.t.sol";

/// The same strangers over a vault that settles within its terms, with a keeper who comes by at every step.
contract HonestExitHandler is ExitHandler {
    constructor() {
        isHonest = true;
    }
}
