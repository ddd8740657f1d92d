// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

/// @title RuleTargetMock
/// @notice Stands for anything the timelock owns: one rule, which its owner may change.
contract RuleTargetMock is Ownable {
    event RuleSet(uint256 oldRule, uint256 newRule);

    uint256 public rule;

    constructor(address owner_) Ownable(owner_) {}

    function setRule(uint256 newRule) external onlyOwner {
        emit RuleSet(rule, newRule);
        rule = newRule;
    }
}
