// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/**
 * The cheatcodes Tribune's Solidity tests use, as Hardhat's test runner provides them.
 * Ours, rather than npm's `forge-std`, which is unofficial and incomplete.
 */
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    // creation code as it is deployed, from the compiler's settings for that file: "file:name"
    function getCode(string calldata artifact) external view returns (bytes memory creationCode);

    // time
    function warp(uint256 timestamp) external;
    function roll(uint256 blockNumber) external;

    // callers and accounts
    function prank(address caller) external;
    function startPrank(address caller) external;
    function stopPrank() external;
    function deal(address account, uint256 balance) external;
    function addr(uint256 privateKey) external pure returns (address account);
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function label(address account, string calldata name) external;

    // state
    function load(address target, bytes32 slot) external view returns (bytes32 value);
    function store(address target, bytes32 slot, bytes32 value) external;
    function etch(address target, bytes calldata code) external;
    function snapshotState() external returns (uint256 id);
    function revertToState(uint256 id) external returns (bool success);
    function mockCall(address callee, bytes calldata data, bytes calldata returnData) external;
    function mockCall(address callee, uint256 value, bytes calldata data, bytes calldata returnData) external;
    function mockCallRevert(address callee, bytes calldata data, bytes calldata revertData) external;
    function clearMockedCalls() external;

    // expectations about the next call (a selector alone matches an error without arguments: else expectPartialRevert)
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata revertData) external;
    function expectRevert(bytes calldata revertData, address reverter) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectPartialRevert(bytes4 selector, address reverter) external;
    function expectEmit() external;
    function expectEmit(address emitter) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data) external;
    function expectEmit(bool topic1, bool topic2, bool topic3, bool data, address emitter) external;
    function expectCall(address callee, bytes calldata data) external;
    function expectCall(address callee, bytes calldata data, uint64 count) external;

    // fuzzing
    function assume(bool condition) external pure;

    // logs
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory logs);

    // assertions: they revert with both values
    function assertTrue(bool condition) external pure;
    function assertTrue(bool condition, string calldata rule) external pure;
    function assertFalse(bool condition) external pure;
    function assertFalse(bool condition, string calldata rule) external pure;
    function assertEq(bool actual, bool expected) external pure;
    function assertEq(bool actual, bool expected, string calldata rule) external pure;
    function assertEq(uint256 actual, uint256 expected) external pure;
    function assertEq(uint256 actual, uint256 expected, string calldata rule) external pure;
    function assertEq(int256 actual, int256 expected) external pure;
    function assertEq(int256 actual, int256 expected, string calldata rule) external pure;
    function assertEq(address actual, address expected) external pure;
    function assertEq(address actual, address expected, string calldata rule) external pure;
    function assertEq(bytes32 actual, bytes32 expected) external pure;
    function assertEq(bytes32 actual, bytes32 expected, string calldata rule) external pure;
    function assertEq(string calldata actual, string calldata expected) external pure;
    function assertEq(bytes calldata actual, bytes calldata expected) external pure;
    function assertNotEq(uint256 actual, uint256 unexpected) external pure;
    function assertNotEq(uint256 actual, uint256 unexpected, string calldata rule) external pure;
    function assertLt(uint256 actual, uint256 limit) external pure;
    function assertLt(uint256 actual, uint256 limit, string calldata rule) external pure;
    function assertLe(uint256 actual, uint256 limit) external pure;
    function assertLe(uint256 actual, uint256 limit, string calldata rule) external pure;
    function assertGt(uint256 actual, uint256 limit) external pure;
    function assertGt(uint256 actual, uint256 limit, string calldata rule) external pure;
    function assertGe(uint256 actual, uint256 limit) external pure;
    function assertGe(uint256 actual, uint256 limit, string calldata rule) external pure;
    function assertApproxEqAbs(uint256 actual, uint256 expected, uint256 maxDelta) external pure;
    function assertApproxEqAbs(uint256 actual, uint256 expected, uint256 maxDelta, string calldata rule) external pure;
}
