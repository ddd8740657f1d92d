// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title WithdrawalRequestsMock
/// @notice Stands for the predeploy of EIP-7002; leaves out the log of a request and the inhibitor before its fork, and
/// refuses with errors of its own.
/// @dev Needs no constructor, so that its code can be placed at the predeploy's address; the storage is laid out as there.
/// Whoever is `_SYSTEM` and sends no data takes the records of one block. Written from the specification:
/// @custom:source https://github.com/ethereum/EIPs/blob/f767a1e8078e17c9b381a91d35a09492189ede1b/EIPS/eip-7002.md
contract WithdrawalRequestsMock {
    struct Request {
        address source;
        bytes32 pubkeyStart;
        /// The last 16 bytes of the key, then the amount: 8 bytes, big-endian.
        bytes32 pubkeyEndAndAmount;
    }

    /// @notice Less was paid than a request costs now. [wei]
    error FeeTooLow(uint256 actual, uint256 limit);
    /// @notice Who asks for the fee pays nothing. [wei]
    error FeeQueryWithValue(uint256 actual);
    /// @notice The request has another length. [bytes]
    error InputLengthMismatch(uint256 actual, uint256 expected);

    address private constant _SYSTEM = 0xffffFFFfFFffffffffffffffFfFFFfffFFFfFFfE;
    uint256 private constant _INPUT_LENGTH = 56;
    uint256 private constant _MAX_PER_BLOCK = 16;
    uint256 private constant _TARGET_PER_BLOCK = 2;
    uint256 private constant _MIN_FEE = 1;
    uint256 private constant _FEE_UPDATE_FRACTION = 17;

    /// Requests beyond the target that are not yet made up for; what sets the fee.
    uint256 private _excess;
    /// Requests since the last dequeuing.
    uint256 private _count;
    uint256 private _head;
    uint256 private _tail;
    /// Three slots each, from slot 4 on.
    Request[1 << 32] private _queue;

    // solhint-disable-next-line no-complex-fallback
    fallback(bytes calldata input) external payable returns (bytes memory) {
        if (msg.sender == _SYSTEM) return _dequeue();
        uint256 price = _fee(_excess);
        if (input.length == 0) {
            if (msg.value != 0) revert FeeQueryWithValue(msg.value);
            return abi.encode(price);
        }
        if (input.length != _INPUT_LENGTH) revert InputLengthMismatch(input.length, _INPUT_LENGTH);
        if (msg.value < price) revert FeeTooLow(msg.value, price);
        ++_count;
        _queue[_tail++] = Request(msg.sender, bytes32(input[:32]), bytes32(input[32:]));
        return "";
    }

    /// The records are SSZ: amounts are little-endian here.
    function _dequeue() private returns (bytes memory records) {
        uint256 end = _tail - _head > _MAX_PER_BLOCK ? _head + _MAX_PER_BLOCK : _tail;
        for (uint256 i = _head; i < end; ++i) {
            Request storage request = _queue[i];
            bytes memory record = abi.encodePacked(
                request.source,
                request.pubkeyStart,
                bytes16(request.pubkeyEndAndAmount)
            );
            uint256 amount = uint64(bytes8(request.pubkeyEndAndAmount << 128));
            for (uint256 j = 0; j < 8; ++j) record = bytes.concat(record, bytes1(uint8(amount >> (8 * j))));
            records = bytes.concat(records, record);
        }
        (_head, _tail) = end == _tail ? (0, 0) : (end, _tail);
        uint256 asked = _excess + _count;
        _excess = asked > _TARGET_PER_BLOCK ? asked - _TARGET_PER_BLOCK : 0;
        _count = 0;
    }

    /// The least fee · e^(excess / 17), by its Taylor series in whole numbers. [wei]
    function _fee(uint256 excess) private pure returns (uint256) {
        uint256 sum = 0;
        uint256 term = _MIN_FEE * _FEE_UPDATE_FRACTION;
        for (uint256 i = 1; term != 0; ++i) {
            sum += term;
            term = (term * excess) / (_FEE_UPDATE_FRACTION * i);
        }
        return sum / _FEE_UPDATE_FRACTION;
    }
}
