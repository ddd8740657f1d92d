// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ExitEnd} from "../../contracts/types/ExitEnd.sol";
import {Test} from "../solidity/Test.sol";
import {ExitHandler} from "./ExitHandler.t.sol";
import {HonestExitHandler} from "./HonestExitHandler.t.sol";

/// The handler draws a world with its first step, and checks everything after each.
abstract contract ExitCampaign is Test {
    ExitHandler internal handler;

    /// Wherever a history ended, everybody is paid, in assets or in shares.
    function afterInvariant() public {
        handler.settle();
    }

    function _target(ExitHandler handler_) internal {
        handler = handler_;
        targetContract(address(handler_));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = handler_.step.selector;
        targetSelector(address(handler_), selectors);
    }
}

/// What an exit promises, over a vault that does whatever it likes: nobody gets more than his part, clocks are kept, the
/// recorded supply is no lever, the ledgers are right.
contract ExitInvariants is ExitCampaign {
    function setUp() public {
        _target(new ExitHandler());
    }

    /// forge-config: default.invariant.runs = 6
    /// forge-config: default.invariant.depth = 80
    function invariant_INV_5_an_exit_keeps_what_it_promises() public view {}
}

/// Over an honest vault everybody is paid in full, and governance goes on in time.
contract HonestExitInvariants is ExitCampaign {
    function setUp() public {
        _target(new HonestExitHandler());
    }

    /// forge-config: default.invariant.runs = 4
    /// forge-config: default.invariant.depth = 80
    function invariant_INV_5_an_honest_vault_pays_everybody_in_time() public view {}
}

/// A campaign in which exits end in one way only would show little: few enough histories meet every way.
contract ExitHistories is Test {
    uint256 private constant MOST = 40;
    uint256 private constant STEPS = 120;

    function test_INV_5_the_histories_meet_every_end() public {
        uint256[5] memory seen;
        for (uint256 seed = 0; seed < MOST && !_hasAll(seen); ++seed) {
            ExitHandler handler = seed % 4 == 0 ? new HonestExitHandler() : new ExitHandler();
            for (uint256 i = 0; i < STEPS; ++i) handler.step(uint256(keccak256(abi.encode(seed, i))));
            handler.settle();
            for (uint256 end = 0; end < 5; ++end) seen[end] += handler.ends(end);
        }
        assertEq(seen[uint8(ExitEnd.None)], 0, "paid before an end");
        assertTrue(_hasAll(seen), "an end was never met");
    }

    function _hasAll(uint256[5] memory seen) private pure returns (bool) {
        return seen[1] > 0 && seen[2] > 0 && seen[3] > 0 && seen[4] > 0;
    }
}
