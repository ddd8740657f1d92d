// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {BoundedCall} from "../../../contracts/libraries/BoundedCall.sol";
import {Test} from "../../solidity/Test.sol";

/// Whatever a contract returns, or fails to: an answer counts only if it is one.
contract BoundedCallTest is Test {
    address private constant TARGET = address(0xbadca11);
    uint256 private constant GAS_LIMIT = 100_000;
    bytes4 private constant SELECTOR = 0x12345678;

    /// Runtime code that returns, or reverts with, what follows it in the code.
    bytes private constant RETURNS = hex"600b380380600b5f395ff3";
    bytes private constant REVERTS = hex"600b380380600b5f395ffd";
    bytes private constant BURNS_GAS = hex"fe";

    /// What an earlier computation may have left where the answer is read.
    modifier afterLeaving(uint256 word) {
        assembly ("memory-safe") {
            mstore(0x00, word)
        }
        _;
    }

    // ---------------------------------------------------------------- any answer

    function test_fuzz_a_word_is_read_if_there_is_one(bytes memory data, uint256 left) public {
        answer(RETURNS, data);
        bool expected = data.length >= 32;
        check_read(left, expected, expected ? uint256(bytes32(data)) : 0);
        check_bool(left, expected && uint256(bytes32(data)) < 2, expected && uint256(bytes32(data)) == 1);
    }

    function test_fuzz_a_revert_is_no_answer(bytes memory data, uint256 left) public {
        answer(REVERTS, data);
        check_read(left, false, 0);
        check_bool(left, false, false);
    }

    function test_fuzz_only_two_words_are_booleans(uint256 word, bytes memory more) public {
        answer(RETURNS, bytes.concat(bytes32(word), more));
        check_read(0, true, word);
        check_bool(0, word < 2, word == 1);
    }

    function test_the_two_booleans() public {
        for (uint256 word = 0; word < 3; ++word) test_fuzz_only_two_words_are_booleans(word, "");
    }

    // ---------------------------------------------------------------- awkward answers, with 1 or 0 left in memory

    function test_a_revert_with_true_is_no_answer() public {
        answer(REVERTS, abi.encode(true));
        check_nothing();
    }

    function test_31_bytes_are_no_answer() public {
        answer(RETURNS, new bytes(31));
        check_nothing();
    }

    function test_no_data_is_no_answer() public {
        answer(RETURNS, "");
        check_nothing();
    }

    function test_no_code_is_no_answer() public {
        assertEq(TARGET.code.length, 0);
        check_nothing();
    }

    function test_a_precompile_is_no_gate() public view {
        // The identity returns what it gets: a selector is no boolean.
        (bool answered, bool value) = BoundedCall.readBool(address(4), abi.encode(SELECTOR), GAS_LIMIT);
        assertFalse(answered);
        assertFalse(value);
    }

    // ---------------------------------------------------------------- gas

    function test_a_view_that_burns_its_gas_burns_no_more_than_the_limit() public {
        vm.etch(TARGET, BURNS_GAS);
        uint256 before = gasleft();
        (bool answered, ) = BoundedCall.read(TARGET, bytes(""), GAS_LIMIT);
        uint256 spent = before - gasleft();
        assertFalse(answered);
        assertGe(spent, GAS_LIMIT);
        assertLt(spent, GAS_LIMIT + 4_000);

        before = gasleft();
        (answered, ) = BoundedCall.read(TARGET, SELECTOR, GAS_LIMIT);
        spent = before - gasleft();
        assertFalse(answered);
        assertGe(spent, GAS_LIMIT);
        assertLt(spent, GAS_LIMIT + 4_000);
    }

    function test_nobody_pays_for_copying_a_long_answer() public {
        // Returns 100,000 zeros after the word 1.
        vm.etch(TARGET, hex"60015f52620186a05ff3");
        uint256 before = gasleft();
        (bool answered, uint256 word) = BoundedCall.read(TARGET, bytes(""), GAS_LIMIT);
        assertLt(before - gasleft(), GAS_LIMIT / 2);
        assertTrue(answered);
        assertEq(word, 1);
    }

    // ---------------------------------------------------------------- what is sent

    function test_what_is_asked_arrives() public {
        // Returns the first word of what it is sent.
        vm.etch(TARGET, hex"5f355f5260205ff3");
        (bool answered, uint256 word) = BoundedCall.read(TARGET, SELECTOR, GAS_LIMIT);
        assertTrue(answered);
        assertEq(bytes32(word), bytes32(SELECTOR));
        (answered, word) = BoundedCall.read(TARGET, abi.encode(uint256(7), uint256(8)), GAS_LIMIT);
        assertTrue(answered);
        assertEq(word, 7);
        assertTrue(BoundedCall.callBool(TARGET, abi.encode(uint256(1))));
        assertFalse(BoundedCall.callBool(TARGET, abi.encode(uint256(2))));
        assertTrue(BoundedCall.answersBool(TARGET, abi.encode(uint256(0)), GAS_LIMIT));
        assertFalse(BoundedCall.answersBool(TARGET, abi.encode(uint256(2)), GAS_LIMIT));
    }

    function test_a_view_cannot_change_state() public {
        // Stores something, then returns 1.
        vm.etch(TARGET, hex"60015f5560015f5260205ff3");
        (bool answered, ) = BoundedCall.readBool(TARGET, "", GAS_LIMIT);
        assertFalse(answered);
        assertTrue(BoundedCall.callBool(TARGET, ""));
        assertEq(uint256(vm.load(TARGET, 0)), 1);
    }

    // ---------------------------------------------------------------- helpers

    function answer(bytes memory manner, bytes memory data) internal {
        vm.etch(TARGET, bytes.concat(manner, data));
    }

    /// No answer, whatever was left where it is read.
    function check_nothing() internal {
        for (uint256 left = 0; left < 2; ++left) {
            check_read(left, false, 0);
            check_bool(left, false, false);
        }
    }

    function check_read(uint256 left, bool expected, uint256 expectedWord) internal view {
        (bool answered, uint256 word) = readAfter(left);
        assertEq(answered, expected, "read: answered");
        assertEq(word, expectedWord, "read: word");
        (answered, word) = readSelectorAfter(left);
        assertEq(answered, expected, "read by selector: answered");
        assertEq(word, expectedWord, "read by selector: word");
    }

    function check_bool(uint256 left, bool expected, bool expectedValue) internal {
        (bool answered, bool value) = readBoolAfter(left);
        assertEq(answered, expected, "readBool: answered");
        assertEq(value, expectedValue, "readBool: value");
        assertEq(callBoolAfter(left), expectedValue, "callBool");
        assertEq(answersBoolAfter(left), expected, "answersBool");
    }

    function readAfter(uint256 left) internal view afterLeaving(left) returns (bool, uint256) {
        return BoundedCall.read(TARGET, bytes(""), GAS_LIMIT);
    }

    function readSelectorAfter(uint256 left) internal view afterLeaving(left) returns (bool, uint256) {
        return BoundedCall.read(TARGET, SELECTOR, GAS_LIMIT);
    }

    function readBoolAfter(uint256 left) internal view afterLeaving(left) returns (bool, bool) {
        return BoundedCall.readBool(TARGET, "", GAS_LIMIT);
    }

    function callBoolAfter(uint256 left) internal afterLeaving(left) returns (bool) {
        return BoundedCall.callBool(TARGET, "");
    }

    function answersBoolAfter(uint256 left) internal afterLeaving(left) returns (bool) {
        return BoundedCall.answersBool(TARGET, "", GAS_LIMIT);
    }
}
