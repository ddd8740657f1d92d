// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @notice How a mock answers a call.
enum Answer {
    /// As it should.
    Honest,
    /// The word 1: `true`, a supply of one.
    One,
    /// The word 0: `false`, an empty vault.
    Zero,
    /// The word 2: no boolean.
    Two,
    /// The word 2^256 - 1: no boolean, no sane amount.
    Max,
    /// One byte instead of a word.
    Short,
    /// Success without any data, as an account without code answers.
    Empty,
    /// A sane word 1 followed by a lot of zeros, to make the caller pay for copying them.
    Bomb,
    /// A revert without data.
    Revert,
    /// A revert with a lot of data.
    RevertBomb,
    /// Uses up all the gas it is given.
    BurnGas,
    /// As it should, and dearly, as if it looked at many markets.
    Dear
}

/// @title Misbehaviour
/// @notice Ends the running call in the way the mock was told to.
library Misbehaviour {
    /// @notice Length of what a bomb returns. [bytes]
    uint256 internal constant BOMB_LENGTH = 200_000;

    /// @notice Returns to the caller's caller, unless `answer` is Honest.
    function play(Answer answer) internal pure {
        if (answer == Answer.Honest) return;
        if (answer == Answer.Dear) return _spend();
        if (answer == Answer.One) _answer(1, 32);
        if (answer == Answer.Zero) _answer(0, 32);
        if (answer == Answer.Two) _answer(2, 32);
        if (answer == Answer.Max) _answer(type(uint256).max, 32);
        if (answer == Answer.Short) _answer(type(uint256).max, 1);
        if (answer == Answer.Empty) _answer(0, 0);
        if (answer == Answer.Bomb) _answer(1, BOMB_LENGTH);
        if (answer == Answer.Revert) _fail(0);
        if (answer == Answer.RevertBomb) _fail(BOMB_LENGTH);
        assembly ("memory-safe") {
            invalid()
        }
    }

    /// @dev Some 500,000 gas.
    function _spend() private pure {
        bytes32 word;
        for (uint256 i = 0; i < 2500; ++i) word = keccak256(abi.encode(word));
        // Whatever is computed for nothing may be left out.
        if (word == 0) _fail(0);
    }

    /// @dev Writes where it likes: execution ends here.
    function _answer(uint256 word, uint256 length) private pure {
        assembly {
            calldatacopy(0, calldatasize(), length) // zeros
            mstore(0, word)
            return(0, length)
        }
    }

    function _fail(uint256 length) private pure {
        assembly {
            calldatacopy(0, calldatasize(), length)
            revert(0, length)
        }
    }
}
