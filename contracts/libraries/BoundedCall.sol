// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title BoundedCall
/// @notice Views of contracts that may revert, burn their gas or return garbage or megabytes.
/// @dev OpenZeppelin's `LowLevelCall` bounds the return data but not the gas; this bounds both.
library BoundedCall {
    /// @notice The caller brings less than a call is granted, so its failure would prove nothing. [gas]
    error InsufficientGas(uint256 available, uint256 required);

    /// @notice Reads one word from `target` with at most `gasLimit` gas.
    /// @return answered False if the call failed or returned less than one word.
    /// @return word The first word returned; 0 unless answered.
    function read(
        address target,
        bytes memory data,
        uint256 gasLimit
    ) internal view returns (bool answered, uint256 word) {
        assembly ("memory-safe") {
            answered := staticcall(gasLimit, target, add(data, 0x20), mload(data), 0x00, 0x20)
            answered := and(answered, gt(returndatasize(), 0x1f))
            if answered {
                word := mload(0x00)
            }
        }
    }

    /// @notice As {read}, for a view without arguments.
    function read(
        address target,
        bytes4 selector,
        uint256 gasLimit
    ) internal view returns (bool answered, uint256 word) {
        assembly ("memory-safe") {
            mstore(0x00, selector)
            answered := staticcall(gasLimit, target, 0x00, 0x04, 0x00, 0x20)
            answered := and(answered, gt(returndatasize(), 0x1f))
            if answered {
                word := mload(0x00)
            }
        }
    }

    /// @notice Whether `target` answers `data` with exactly the boolean true; anything else counts as false.
    /// @return answered Whether a well-formed boolean came back.
    /// @return value The boolean; false unless answered.
    function readBool(
        address target,
        bytes memory data,
        uint256 gasLimit
    ) internal view returns (bool answered, bool value) {
        (bool success, uint256 word) = read(target, data, gasLimit);
        answered = success && word <= 1;
        value = answered && word == 1;
    }

    /// @notice Sends `data`, which may change state, with all the gas there is; true only if exactly true comes back.
    function callBool(address target, bytes memory data) internal returns (bool value) {
        assembly ("memory-safe") {
            let success := call(gas(), target, 0, add(data, 0x20), mload(data), 0x00, 0x20)
            value := and(and(success, gt(returndatasize(), 0x1f)), eq(mload(0x00), 1))
        }
    }

    /// @notice As {callBool} with at most `gasLimit` gas, to see whether `target` answers at all: with either boolean, and
    /// nothing else.
    function answersBool(address target, bytes memory data, uint256 gasLimit) internal returns (bool answered) {
        assembly ("memory-safe") {
            let success := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0x00, 0x20)
            answered := and(and(success, gt(returndatasize(), 0x1f)), lt(mload(0x00), 2))
        }
    }

    /// @notice Sends `data`, which may change state, with at most `gasLimit` gas, whatever comes back.
    /// @return success False also where there is no code to run.
    function send(address target, bytes memory data, uint256 gasLimit) internal returns (bool success) {
        if (target.code.length == 0) return false;
        assembly ("memory-safe") {
            success := call(gasLimit, target, 0, add(data, 0x20), mload(data), 0x00, 0x00)
        }
    }

    /// @notice Reverts unless so much gas is left. Whoever calls with too little could otherwise make an honest contract
    /// seem to fail.
    function requireGas(uint256 required) internal view {
        if (gasleft() < required) revert InsufficientGas(gasleft(), required);
    }
}
