// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Vm} from "./Vm.sol";

/**
 * What every `.t.sol` inherits: the cheatcodes as `vm`, assertions, `bound`, and the choice of targets for invariants.
 *
 * The runner runs `setUp()` before each `test…` (with parameters: fuzzed) and before each campaign of `invariant…`;
 * between the calls of a campaign it checks the invariants, and after the last one `afterInvariant()`.
 */
abstract contract Test {
    /// The functions of one contract that a campaign may call. Name and fields are the runner's.
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    error EmptyRange(uint256 min, uint256 max);

    /// Where the runner answers cheatcodes.
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    address[] private _targetContracts;
    address[] private _targetSenders;
    address[] private _excludedContracts;
    FuzzSelector[] private _targetSelectors;

    // ---------------------------------------------------------------- targets, read by the runner after setUp

    function targetContracts() external view returns (address[] memory) {
        return _targetContracts;
    }

    function targetSenders() external view returns (address[] memory) {
        return _targetSenders;
    }

    function excludeContracts() external view returns (address[] memory) {
        return _excludedContracts;
    }

    function targetSelectors() external view returns (FuzzSelector[] memory) {
        return _targetSelectors;
    }

    /// A campaign calls only contracts named here (without any: every contract setUp deployed).
    function targetContract(address target) internal {
        _targetContracts.push(target);
    }

    /// A campaign calls as one of the senders named here.
    function targetSender(address sender) internal {
        _targetSenders.push(sender);
    }

    function excludeContract(address target) internal {
        _excludedContracts.push(target);
    }

    /// Of `target`, a campaign calls these functions only.
    function targetSelector(address target, bytes4[] memory selectors) internal {
        _targetSelectors.push(FuzzSelector(target, selectors));
    }

    // ---------------------------------------------------------------- fuzz helpers

    /// Folds a fuzzed number into [min, max]; numbers already inside stay, and the ends are met often.
    function bound(uint256 x, uint256 min, uint256 max) internal pure returns (uint256) {
        if (min > max) revert EmptyRange(min, max);
        if (x >= min && x <= max) return x;
        uint256 span = max - min; // below 2^256 - 1: the full range has returned above
        if (x <= 3 && x <= span) return min + x;
        uint256 fromTop = type(uint256).max - x;
        if (fromTop <= 3 && fromTop <= span) return max - fromTop;
        return min + (x % (span + 1));
    }

    // ---------------------------------------------------------------- assertions

    function assertTrue(bool condition) internal pure {
        vm.assertTrue(condition);
    }

    function assertTrue(bool condition, string memory rule) internal pure {
        vm.assertTrue(condition, rule);
    }

    function assertFalse(bool condition) internal pure {
        vm.assertFalse(condition);
    }

    function assertFalse(bool condition, string memory rule) internal pure {
        vm.assertFalse(condition, rule);
    }

    function assertEq(bool actual, bool expected) internal pure {
        vm.assertEq(actual, expected);
    }

    function assertEq(bool actual, bool expected, string memory rule) internal pure {
        vm.assertEq(actual, expected, rule);
    }

    function assertEq(uint256 actual, uint256 expected) internal pure {
        vm.assertEq(actual, expected);
    }

    function assertEq(uint256 actual, uint256 expected, string memory rule) internal pure {
        vm.assertEq(actual, expected, rule);
    }

    function assertEq(int256 actual, int256 expected) internal pure {
        vm.assertEq(actual, expected);
    }

    function assertEq(int256 actual, int256 expected, string memory rule) internal pure {
        vm.assertEq(actual, expected, rule);
    }

    function assertEq(address actual, address expected) internal pure {
        vm.assertEq(actual, expected);
    }

    function assertEq(address actual, address expected, string memory rule) internal pure {
        vm.assertEq(actual, expected, rule);
    }

    function assertEq(bytes32 actual, bytes32 expected) internal pure {
        vm.assertEq(actual, expected);
    }

    function assertEq(bytes32 actual, bytes32 expected, string memory rule) internal pure {
        vm.assertEq(actual, expected, rule);
    }

    function assertEq(string memory actual, string memory expected) internal pure {
        vm.assertEq(actual, expected);
    }

    function assertEq(bytes memory actual, bytes memory expected) internal pure {
        vm.assertEq(actual, expected);
    }

    function assertNotEq(uint256 actual, uint256 unexpected) internal pure {
        vm.assertNotEq(actual, unexpected);
    }

    function assertNotEq(uint256 actual, uint256 unexpected, string memory rule) internal pure {
        vm.assertNotEq(actual, unexpected, rule);
    }

    function assertLt(uint256 actual, uint256 limit) internal pure {
        vm.assertLt(actual, limit);
    }

    function assertLt(uint256 actual, uint256 limit, string memory rule) internal pure {
        vm.assertLt(actual, limit, rule);
    }

    function assertLe(uint256 actual, uint256 limit) internal pure {
        vm.assertLe(actual, limit);
    }

    function assertLe(uint256 actual, uint256 limit, string memory rule) internal pure {
        vm.assertLe(actual, limit, rule);
    }

    function assertGt(uint256 actual, uint256 limit) internal pure {
        vm.assertGt(actual, limit);
    }

    function assertGt(uint256 actual, uint256 limit, string memory rule) internal pure {
        vm.assertGt(actual, limit, rule);
    }

    function assertGe(uint256 actual, uint256 limit) internal pure {
        vm.assertGe(actual, limit);
    }

    function assertGe(uint256 actual, uint256 limit, string memory rule) internal pure {
        vm.assertGe(actual, limit, rule);
    }

    function assertApproxEqAbs(uint256 actual, uint256 expected, uint256 maxDelta) internal pure {
        vm.assertApproxEqAbs(actual, expected, maxDelta);
    }

    function assertApproxEqAbs(uint256 actual, uint256 expected, uint256 maxDelta, string memory rule) internal pure {
        vm.assertApproxEqAbs(actual, expected, maxDelta, rule);
    }
}
