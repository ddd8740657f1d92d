// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Answer, Misbehaviour} from "../Misbehaviour.sol";

/// @title ToldAnswers
/// @notice Stands for views that fail or lie, one by one and from one block to the next: each function that is marked
/// {asTold} can be told to revert, to burn its gas, to answer garbage or far too much, or to say a part or a multiple
/// of the truth.
/// @dev Only the function that was called from outside misbehaves: what it calls itself stays honest.
abstract contract ToldAnswers {
    /// @dev The whole truth. [1e18 = 100 %]
    uint256 internal constant _WHOLE = 1e18;

    mapping(bytes4 selector => Answer) private _answers;
    /// @dev The part plus one, so that nothing set means the truth.
    mapping(bytes4 selector => uint256) private _scales;

    modifier asTold() {
        Misbehaviour.play(_answers[msg.sig]);
        _;
    }

    /// @notice How the function `selector` answers from now on.
    function setAnswer(bytes4 selector, Answer answer) external {
        _answers[selector] = answer;
    }

    /// @notice What the view `selector` says from now on, compared with the truth.
    /// @param part [1e18 = the truth, 0 = nothing, 2e18 = the double]
    function setScale(bytes4 selector, uint256 part) external {
        _scales[selector] = part == _WHOLE ? 0 : part + 1;
    }

    function _told(uint256 truth) internal view returns (uint256) {
        uint256 scale = _scales[msg.sig];
        return scale == 0 ? truth : Math.mulDiv(truth, scale - 1, _WHOLE);
    }
}
